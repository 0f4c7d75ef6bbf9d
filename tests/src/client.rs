//! An HTTP client with a browser's rules for cookies and redirects, and none of its mercy for malformed requests.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use saml_core::base::PublicUrl;
use saml_sp::{MountPath, Site};

use crate::page::Form;
use crate::url::{resolve, split};

/// The most redirects that are followed; a loop is a defect.
const MAX_HOPS: usize = 12;

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// The URL that was asked for.
    pub url: String,
}

impl Reply {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The cookies that the answer sets, each as it is written.
    pub fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str())
    }

    /// Where the answer sends on to, as an absolute URL.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        let location = self.header("location")?;
        Some(resolve(&self.url, location))
    }

    /// The only form of the page.
    ///
    /// # Panics
    /// There is none, or more than one.
    #[must_use]
    pub fn form(&self) -> Form {
        let forms = Form::all(&self.body, &self.url);
        assert_eq!(forms.len(), 1, "forms in {}: {}\n{}", self.url, self.status, self.body);
        forms.into_iter().next().unwrap()
    }

    /// The correlation id of an error page.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        let (_, rest) = self.body.split_once("Reference for your help desk: <code>")?;
        rest.split_once("</code>").map(|(id, _)| id)
    }
}

/// The name of a cookie of the site at `url`, below `/saml`, whose cookies' names begin with `base`; `purpose` is
/// `session` or `browser`.
///
/// # Panics
/// The URL is none of a site.
#[must_use]
pub fn own_cookie(url: &str, base: &str, purpose: &str) -> String {
    let site = Site::new(PublicUrl::try_from(url).unwrap(), MountPath::default(), base).unwrap();
    let prefix = if site.public_url.is_https() { "__Host-" } else { "" };
    format!("{prefix}{base}-{}-{purpose}", site.cookie_tag())
}

/// One browser: its cookies, and where the names of this test's hosts lead.
///
/// Cookies go by host name, as they do in browsers, not by port. Every cookie counts as `SameSite=Lax`, which ours
/// are: a form that one site posts to another comes without them.
#[derive(Clone, Debug, Default)]
pub struct Client {
    addresses: BTreeMap<String, SocketAddr>,
    cookies: BTreeMap<(String, String), String>,
    languages: Option<String>,
}

impl Client {
    /// A browser without cookies that finds `origin` (`https://app.example.org`) at a socket.
    #[must_use]
    pub fn new(addresses: impl IntoIterator<Item = (String, SocketAddr)>) -> Self {
        Self { addresses: addresses.into_iter().collect(), ..Self::default() }
    }

    /// The same browser of a person who reads these languages: the value of `Accept-Language` in every request.
    #[must_use]
    pub fn reading(self, languages: &str) -> Self {
        Self { languages: Some(languages.to_owned()), ..self }
    }

    /// The value of a cookie.
    #[must_use]
    pub fn cookie(&self, host: &str, name: &str) -> Option<&str> {
        self.cookies.get(&(host.to_owned(), name.to_owned())).map(String::as_str)
    }

    /// The value of one of the cookies of a site, whose name begins with `base`.
    #[must_use]
    pub fn own_cookie(&self, url: &str, base: &str, purpose: &str) -> Option<&str> {
        self.cookie(host(url), &own_cookie(url, base, purpose))
    }

    /// Puts a cookie there.
    pub fn set_cookie(&mut self, host: &str, name: &str, value: &str) {
        self.cookies.insert((host.to_owned(), name.to_owned()), value.to_owned());
    }

    /// Puts a cookie of a site there, whose name begins with `base`.
    pub fn set_own_cookie(&mut self, url: &str, base: &str, purpose: &str, value: &str) {
        self.set_cookie(host(url), &own_cookie(url, base, purpose), value);
    }

    /// The names of the cookies of a host.
    pub fn cookie_names(&self, host: &str) -> Vec<&str> {
        self.cookies.keys().filter(|(known, _)| known == host).map(|(_, name)| name.as_str()).collect()
    }

    /// A GET as a person's click makes it, redirects not followed.
    pub fn get(&mut self, url: &str) -> Reply {
        self.send(&Request::get(url))
    }

    /// A GET and all redirects after it.
    pub fn visit(&mut self, url: &str) -> Reply {
        let reply = self.get(url);
        self.follow(reply)
    }

    /// A POST of a form from a page of the same site.
    pub fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(&Request::form(url, fields))
    }

    /// Presses the form's button, and returns the answer without following redirects. `from` is the page that shows it.
    pub fn press(&mut self, form: &Form, from: &str) -> Reply {
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let mut request = Request::form(&form.action, &fields);
        request.cross_site = host(from) != host(&form.action);
        self.send(&request)
    }

    /// Presses the form's button, and returns the page that it leads to.
    pub fn submit(&mut self, form: &Form, from: &str) -> Reply {
        let reply = self.press(form, from);
        self.follow(reply)
    }

    /// Follows redirects to their end.
    ///
    /// # Panics
    /// There are too many.
    pub fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..MAX_HOPS {
            let Some(location) = reply.location() else { return reply };
            assert_eq!(reply.status, 303, "our redirects make a GET of whatever came: {}", reply.url);
            reply = self.get(&location);
        }
        panic!("a loop of redirects at {}", reply.url);
    }

    /// Sends a request as it is written, and keeps the cookies of the answer.
    pub fn send(&mut self, request: &Request) -> Reply {
        let (origin, path) = split(&request.url);
        let host = host(&request.url);
        let address = self.addresses.get(origin).copied();
        let address = address.unwrap_or_else(|| loopback(origin));
        let mut head = format!("{} {path} HTTP/1.1\r\nhost: {}\r\n", request.method, authority(origin));
        if !(request.cross_site && request.method != "GET") {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .filter(|((known, _), _)| known == host)
                .map(|((_, name), value)| format!("{name}={value}"))
                .collect();
            if !cookies.is_empty() {
                head.push_str(&format!("cookie: {}\r\n", cookies.join("; ")));
            }
        }
        if let Some(languages) = &self.languages {
            head.push_str(&format!("accept-language: {languages}\r\n"));
        }
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &request.body {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("connection: close\r\n\r\n");
        let reply = exchange(address, head.as_bytes(), request.body.as_deref().unwrap_or(&[]), &request.url);
        self.keep_cookies(host, &reply);
        reply
    }

    fn keep_cookies(&mut self, host: &str, reply: &Reply) {
        for cookie in reply.set_cookies() {
            let mut parts = cookie.split("; ");
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
            let key = (host.to_owned(), name.to_owned());
            if parts.any(|part| part == "Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
    }
}

/// A request, nothing of it checked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: &'static str,
    /// The whole URL, its path and query sent as they are.
    pub url: String,
    /// Headers besides `Host`, `Cookie`, `Content-Length` and `Connection`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
    /// Whether another site's page sends it.
    pub cross_site: bool,
}

impl Request {
    /// A GET as a browser makes it for a page.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self {
            method: "GET",
            url: url.to_owned(),
            headers: vec![("accept".to_owned(), "text/html,application/xhtml+xml".to_owned())],
            body: None,
            cross_site: false,
        }
    }

    /// A POST of a form.
    #[must_use]
    pub fn form(url: &str, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", form_encode(name), form_encode(value)))
            .collect();
        Self::post(url, "application/x-www-form-urlencoded", pairs.join("&").into_bytes())
    }

    /// A POST of anything.
    #[must_use]
    pub fn post(url: &str, content_type: &str, body: Vec<u8>) -> Self {
        Self { method: "POST", body: Some(body), ..Self::get(url).with("content-type", content_type) }
    }

    /// The same request with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// One request, one answer. A server may answer before it has read everything, and close.
fn exchange(address: SocketAddr, head: &[u8], body: &[u8], url: &str) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut writer = stream.try_clone().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // The server may have heard enough.
            let _sent = writer.write_all(head).and_then(|()| writer.write_all(body));
            let _flushed = writer.flush();
        });
        let mut octets = Vec::new();
        let mut piece = [0_u8; 64 * 1024];
        let reply = loop {
            // After a refusal in the middle of an upload the connection may be reset behind the answer.
            let read = stream.read(&mut piece).unwrap_or(0);
            octets.extend_from_slice(&piece[..read]);
            // Not every server closes when it is asked to.
            if let Some(reply) = parse(&octets, url) {
                break reply;
            }
            assert_ne!(read, 0, "no answer from {url} but {:?}", String::from_utf8_lossy(&octets));
        };
        let _closed = stream.shutdown(Shutdown::Both);
        reply
    })
}

/// The answer, once it is complete.
fn parse(octets: &[u8], url: &str) -> Option<Reply> {
    let end = octets.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (std::str::from_utf8(&octets[..end]).ok()?, &octets[end + 4..]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let body = if chunked { unchunk(body)? } else { body.get(..length)?.to_vec() };
    Some(Reply { status, headers, body: String::from_utf8(body).unwrap(), url: url.to_owned() })
}

fn unchunk(mut octets: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = octets.windows(2).position(|window| window == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&octets[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(octets.get(end + 2..end + 2 + length)?);
        octets = octets.get(end + 4 + length..)?;
    }
}

fn authority(origin: &str) -> &str {
    origin.split_once("://").unwrap().1
}

/// The host name of a URL, without its port.
#[must_use]
pub fn host(url: &str) -> &str {
    authority(split(url).0).split(':').next().unwrap()
}

fn loopback(origin: &str) -> SocketAddr {
    let (_, port) = authority(origin).rsplit_once(':').unwrap_or_else(|| panic!("where is {origin}?"));
    SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()))
}

/// Encodes as browsers do for a form [URL, application/x-www-form-urlencoded].
fn form_encode(text: &str) -> String {
    text.bytes()
        .map(|o| match o {
            b' ' => "+".to_owned(),
            b'*' | b'-' | b'.' | b'_' => char::from(o).to_string(),
            _ if o.is_ascii_alphanumeric() => char::from(o).to_string(),
            _ => format!("%{o:02X}"),
        })
        .collect()
}

/// Percent-encodes everything that is not a letter or digit.
#[must_use]
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|o| if o.is_ascii_alphanumeric() { char::from(o).to_string() } else { format!("%{o:02X}") })
        .collect()
}
