//! `saml idp` erases from its memory the password that a person typed.

use std::fmt::Write as _;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::TcpStream;

use saml_testkit::left_out::left_out;

use crate::command::Folder;
use crate::idp::{config, serve};

/// As long as nobody's is: so it is none of what a cryptographic library works on at once, but all of it.
fn password() -> String {
    (0..40).fold(String::new(), |mut text, number| {
        let _written = write!(text, "Pa§word-{:03}/", number * 7 % 1000);
        text
    })
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, octet| {
        let _written = write!(escaped, "%{octet:02X}");
        escaped
    })
}

/// The head and the body of an answer.
fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).unwrap();
    String::from_utf8(octets).unwrap()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

/// How often each of these stands in the memory of a process.
fn found(process: u32, wanted: &[&[u8]]) -> Option<Vec<usize>> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).ok()?;
    let mut counts = vec![0; wanted.len()];
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|may| may.starts_with("rw"))) {
        let (from, to) = line.split(' ').next()?.split_once('-')?;
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut octets = vec![0; usize::try_from(to - from).ok()?];
        memory.seek(SeekFrom::Start(from)).ok()?;
        // Some kinds of memory can't be read so.
        if memory.read_exact(&mut octets).is_err() {
            continue;
        }
        for (count, wanted) in counts.iter_mut().zip(wanted) {
            *count += octets.windows(wanted.len()).filter(|window| window == wanted).count();
        }
    }
    Some(counts)
}

/// The body comes in chunks that cut the password, so that no buffer of the web framework has it in one piece: what is
/// found in one piece is ours.
#[test]
fn a_password_does_not_stay_in_memory() {
    let folder = Folder::new();
    let file = folder.file("idp.toml", config(&folder));
    let (running, said) = serve(&file);
    let address = said["listening"].as_str().unwrap();
    let marker = "Example Login";
    let typed = password();
    let (decoded, encoded) = (typed.as_bytes(), escaped(&typed));
    for fields in [
        format!("user_name=ada&password={encoded}"),
        // Refused after it was read: a field is missing, one stands there twice, one can't be decoded.
        format!("password={encoded}"),
        format!("user_name=ada&password={encoded}&password=x"),
        format!("user_name=ada&password={encoded}%ff"),
        format!("user_name=ada&password={encoded}%f"),
    ] {
        let page = ask(address, "GET /saml/home HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let cookie = between(&page, "set-cookie: ", ";");
        let token = between(&page, "name=\"csrf_token\" value=\"", "\"");
        let form = format!("csrf_token={token}&{fields}");
        let mut request = format!(
            "POST /saml/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        for chunk in form.as_bytes().chunks(100) {
            let chunk = std::str::from_utf8(chunk).unwrap();
            request.push_str(&format!("{:x}\r\n{chunk}\r\n", chunk.len()));
        }
        request.push_str("0\r\n\r\n");
        let answer = ask(address, &request);
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        let Some(counts) = found(running.0.id(), &[marker.as_bytes(), decoded, encoded.as_bytes()]) else {
            left_out("what a process keeps of a password", "the memory of a process can't be read here");
            return;
        };
        let (known, secrets) = counts.split_first().unwrap();
        assert!(*known > 0, "what is there is found");
        assert_eq!(secrets, [0, 0], "{}", fields.split('%').next().unwrap());
    }
}
