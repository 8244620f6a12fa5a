//! std::process and std::net on loopback.
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Command, Stdio};
use std::time::Duration;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_over_std"))
}

#[test]
fn arguments_arrive_as_given() {
    let awkward = ["", "a b", "quote\"d", r"back\slash\", r#"\" "#, "ü😀", "*", "%PATH%", "a\tb"];
    let output = program().arg("echo").args(awkward).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end_matches(['\r', '\n']), awkward.join("|"));
}

#[test]
fn input_environment_and_directory() {
    let mut child = program().arg("stdin").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let text = "some words\n".repeat(20_000);
    let mut input = child.stdin.take().unwrap();
    let sent = text.clone();
    let writer = std::thread::spawn(move || input.write_all(sent.as_bytes()).unwrap());
    let mut back = String::new();
    child.stdout.take().unwrap().read_to_string(&mut back).unwrap();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(back, text.to_uppercase());
    let output = program().arg("environment").env("OVER_STD", "wörd").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), "wörd");
}

#[test]
fn codes_panics_and_kills() {
    assert_eq!(program().args(["exit", "77"]).status().unwrap().code(), Some(77));
    let output = program().arg("panic").output().unwrap();
    assert_eq!(output.status.code(), Some(101));
    assert!(String::from_utf8(output.stderr).unwrap().contains("as asked"));
    let mut child = program().arg("sleep").spawn().unwrap();
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(Command::new("no such program").spawn().unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn tcp_echoes_and_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut data = Vec::new();
        stream.read_to_end(&mut data).unwrap();
        stream.write_all(&data).unwrap();
    });
    let mut client = TcpStream::connect(address).unwrap();
    let data = vec![7u8; 300_000];
    client.write_all(&data).unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut back = Vec::new();
    client.read_to_end(&mut back).unwrap();
    assert_eq!(back, data);
    server.join().unwrap();
    assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn udp_and_timeouts() {
    let one = UdpSocket::bind("127.0.0.1:0").unwrap();
    let two = UdpSocket::bind("127.0.0.1:0").unwrap();
    one.send_to(b"datagram", two.local_addr().unwrap()).unwrap();
    let mut room = [0; 100];
    let (size, from) = two.recv_from(&mut room).unwrap();
    assert_eq!((&room[..size], from), (&b"datagram"[..], one.local_addr().unwrap()));
    two.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert_eq!(two.recv_from(&mut room).unwrap_err().kind(), ErrorKind::TimedOut);
}
