//! Octets to a socket, and the answer as it came: for what no browser would send.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer, nothing of it decoded.
#[derive(Clone, Debug)]
pub struct RawReply {
    /// The status code; 0 if there was no answer.
    pub status: u16,
    /// The head, in lower case but for its values.
    pub headers: Vec<(String, String)>,
    /// Everything after the head.
    pub body: Vec<u8>,
}

impl RawReply {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The correlation id of an error page.
    #[must_use]
    pub fn correlation_id(&self) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once("Reference for your help desk: <code>")?;
        rest.split_once("</code>").map(|(id, _)| id.to_owned())
    }

    /// Reads an answer.
    #[must_use]
    pub fn parse(octets: &[u8]) -> Self {
        let end = octets.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(octets.len());
        let head = String::from_utf8_lossy(&octets[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        let body = octets.get(end + 4..).unwrap_or_default().to_vec();
        Self { status, headers: headers.collect(), body }
    }
}

/// One request, its header lines as they are given, and everything that comes until the server closes.
///
/// # Panics
/// Nobody listens there.
#[must_use]
pub fn ask(address: SocketAddr, method: &str, target: &str, lines: &[&[u8]], body: &[u8]) -> RawReply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut request = format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n").into_bytes();
    for line in lines {
        request.extend_from_slice(line);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    request.extend_from_slice(body);
    // A server that has heard enough may close before it has everything.
    let _sent = stream.write_all(&request);
    let mut octets = Vec::new();
    let _read = stream.read_to_end(&mut octets);
    RawReply::parse(&octets)
}
