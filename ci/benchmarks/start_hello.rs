// The least program in Rust.
fn main() {
    println!("hello");
}
