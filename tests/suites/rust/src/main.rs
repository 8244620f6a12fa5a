//! Says what it was given; the tests start it as their child.
use std::io::Read;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("echo") => println!("{}", arguments[1..].join("|")),
        Some("stdin") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).unwrap();
            print!("{}", text.to_uppercase());
        }
        Some("environment") => println!("{}", std::env::var("OVER_STD").unwrap_or_default()),
        Some("panic") => panic!("as asked"),
        Some("exit") => std::process::exit(arguments[1].parse().unwrap()),
        Some("sleep") => std::thread::sleep(std::time::Duration::from_secs(60)),
        _ => std::process::exit(2),
    }
}
