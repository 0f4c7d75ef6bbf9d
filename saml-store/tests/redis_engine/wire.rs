//! A server that says what a test wants.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use saml_store::RedisStoreOptions;

/// Greets as a server does that is fit, and answers each script with one line; without one it says nothing at all.
pub struct Pretender {
    port: u16,
    line: Arc<Mutex<Option<String>>>,
    scripts: Arc<AtomicUsize>,
}

impl Pretender {
    pub fn start(line: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(Mutex::new(Some(line.to_owned())));
        let scripts = Arc::new(AtomicUsize::new(0));
        let (said, heard) = (Arc::clone(&line), Arc::clone(&scripts));
        // Ends with the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, said) = (stream.unwrap(), Arc::clone(&said));
                let heard = Arc::clone(&heard);
                std::thread::spawn(move || serve(stream, &said, &heard));
            }
        });
        Self { port, line, scripts }
    }

    /// How many scripts it was to run.
    pub fn scripts(&self) -> usize {
        self.scripts.load(Ordering::Relaxed)
    }

    pub fn options(&self) -> RedisStoreOptions {
        RedisStoreOptions::parse(&format!("redis://127.0.0.1:{}", self.port)).unwrap()
    }

    pub fn says(&self, line: &str) {
        *self.line.lock().unwrap() = Some(line.to_owned());
    }

    pub fn falls_silent(&self) {
        *self.line.lock().unwrap() = None;
    }
}

fn serve(stream: TcpStream, said: &Mutex<Option<String>>, heard: &AtomicUsize) {
    let mut answers = stream.try_clone().unwrap();
    let mut requests = BufReader::new(stream);
    while let Some(words) = read(&mut requests) {
        if words[0] == "EVALSHA" {
            heard.fetch_add(1, Ordering::Relaxed);
        }
        let Some(line) = said.lock().unwrap().clone() else { continue };
        let answer = match (words[0].as_str(), words.get(1).map(String::as_str)) {
            ("INFO", Some("replication")) => bulk("# Replication\r\nrole:master\r\n"),
            ("INFO", _) => bulk("# Memory\r\nmaxmemory_policy:noeviction\r\n"),
            ("TIME", _) => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                format!("*2\r\n{}{}", bulk(&since.as_secs().to_string()), bulk("0"))
            }
            ("SCRIPT", _) => bulk("0123"),
            _ => format!("{line}\r\n"),
        };
        if answers.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

/// An array of strings, as requests are.
fn read(requests: &mut BufReader<TcpStream>) -> Option<Vec<String>> {
    let mut number = |sign: char| {
        let mut line = String::new();
        requests.read_line(&mut line).ok().filter(|octets| *octets > 0)?;
        let length: usize = line.trim_end().strip_prefix(sign)?.parse().ok()?;
        if sign == '*' {
            return Some((length, String::new()));
        }
        let mut word = vec![0; length + 2];
        requests.read_exact(&mut word).ok()?;
        word.truncate(length);
        Some((length, String::from_utf8_lossy(&word).into_owned()))
    };
    let (length, _) = number('*')?;
    (0..length).map(|_| number('$').map(|(_, word)| word)).collect()
}
