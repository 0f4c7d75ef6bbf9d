//! Slow peers, and peers that read less than they ask for: how much they can hold, and for how long.
//!
//! The test measures the memory of this process, so that all cases run in one test, one after another.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, web};
use saml_sp::web::{CONNECTIONS, ServerSettings, StoppedBy, serve};
use saml_tests::raw::{self, RawReply};
use saml_tests::served::{Served, listen};
use saml_tests::world::World;

/// The memory of this process that is in use, in MiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream
}

/// Writes as much as the peer takes.
fn push(stream: &mut TcpStream, octets: &[u8]) -> usize {
    let mut written = 0;
    while written < octets.len() {
        match stream.write(&octets[written..]) {
            Ok(more) => written += more,
            Err(_full_or_closed) => break,
        }
    }
    written
}

/// Reads the octets that have come. Returns whether the connection is over.
fn pull(stream: &mut TcpStream, into: &mut Vec<u8>) -> bool {
    let mut piece = [0; 64 * 1024];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return true,
            Ok(read) => into.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(_closed) => return true,
        }
    }
}

/// Whether the other side has closed, without reading what it sent: writing then fails.
fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.write_all(b"G") {
        Ok(()) => false,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

fn wait_until(deadline: Instant, mut done: impl FnMut() -> bool) -> bool {
    while Instant::now() < deadline {
        if done() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    done()
}

#[test]
fn slow_and_greedy_peers_hold_little_and_not_for_long() {
    let world = World::small();
    answers_that_are_not_read(&world);
    bodies_that_stall(&world);
}

/// A hundred connections that send three thousand requests each and read nothing.
fn answers_that_are_not_read(world: &World) {
    let before = resident();
    for (url, path) in [
        (&world.idp("idp").url, "/saml/metadata"),
        // An answer without a body, which the framework buffers without looking how much there is.
        (&world.sp("app").url, "/private"),
    ] {
        let address = world.address(url);
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n");
        let requests = request.repeat(3000).into_bytes();
        let mut streams: Vec<(TcpStream, usize)> = (0..100).map(|_| (connect(address), 0)).collect();
        let begun = Instant::now();
        let mut highest = 0;
        let closed = wait_until(begun + Duration::from_secs(30), || {
            highest = highest.max(resident());
            let mut closed = 0;
            for (stream, sent) in &mut streams {
                if *sent < requests.len() {
                    *sent += push(stream, &requests[*sent..]);
                }
                closed += usize::from(is_closed(stream));
            }
            closed == streams.len()
        });
        let one = raw::ask(address, "GET", "/saml/metadata", &[], b"");
        assert_eq!(one.status, 200, "others are served");
        println!("{path}: {before} MiB before, {highest} MiB at most, {:?}", begun.elapsed());
        assert!(highest < 200, "{highest} MiB");
        assert!(closed, "some are open after {:?}", begun.elapsed());
    }
}

/// Sixty bodies of 4.1 MB each that never end.
fn bodies_that_stall(world: &World) {
    let address = world.address(&world.sp("app").url);
    let before = resident();
    let head = b"POST /saml/acs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: 4194300\r\n\r\n";
    let request = [head.as_slice(), &vec![b'A'; 4_100_000]].concat();
    let mut streams: Vec<(TcpStream, usize, Vec<u8>, bool)> =
        (0..60).map(|_| (connect(address), 0, Vec::new(), false)).collect();
    let begun = Instant::now();
    let mut highest = 0;
    let mut small = None;
    let over = wait_until(begun + Duration::from_secs(24), || {
        for (stream, sent, reply, closed) in &mut streams {
            if !*closed {
                *sent += push(stream, &request[*sent..]);
                *closed = pull(stream, reply);
            }
        }
        highest = highest.max(resident());
        if small.is_none() && begun.elapsed() > Duration::from_secs(5) {
            let form: &[u8] = b"content-type: application/x-www-form-urlencoded";
            small = Some(raw::ask(address, "POST", "/saml/acs", &[form], b"SAMLResponse=YQ").status);
        }
        streams.iter().all(|(_, _, _, closed)| *closed)
    });
    println!("bodies: {before} MiB before, {highest} MiB at most, {:?}", begun.elapsed());
    assert!(over, "some are open after {:?}", begun.elapsed());
    // As much again for what moves while it grows, and for the clients, which are in this process too.
    assert!(highest.saturating_sub(before) < 2 * 64, "{before} MiB, then {highest}");
    assert_eq!(small, Some(403), "large bodies that stall leave room for small ones");
    let replies: Vec<RawReply> = streams.iter().map(|(_, _, reply, _)| RawReply::parse(reply)).collect();
    let slow = replies.iter().filter(|reply| reply.status == 408).count();
    let full: Vec<&RawReply> = replies.iter().filter(|reply| reply.status == 503).collect();
    assert!(slow >= 5 && full.len() >= 30, "{slow} too slow, {} without room", full.len());
    assert!(full.iter().all(|reply| reply.header("retry-after") == Some("5")));
}

async fn late() -> HttpResponse {
    actix_web::rt::time::sleep(Duration::from_millis(30)).await;
    HttpResponse::Ok().body("late")
}

async fn length(body: web::Bytes) -> String {
    format!("{} octets", body.len())
}

/// An application of somebody's own, with few connections.
fn application(connections: usize) -> (Served, SocketAddr) {
    let (listener, port) = listen();
    let served = Served::start(move || {
        let app = || {
            App::new()
                .app_data(web::PayloadConfig::new(1024 * 1024))
                .route("/late", web::get().to(late))
                .route("/length", web::post().to(length))
                .route("/large", web::get().to(|| async { "x".repeat(300_000) }))
        };
        let settings = ServerSettings { workers: 1, connections, stopped_by: StoppedBy::Handle };
        vec![serve(app, listener, settings).unwrap()]
    });
    (served, SocketAddr::from(([127, 0, 0, 1], port)))
}

/// Requests that come one behind another are answered in their order.
#[test]
fn what_is_sent_ahead_is_answered_in_its_order() {
    let (_served, address) = application(10);
    let mut requests = Vec::new();
    for round in 0..60 {
        let path = if round % 2 == 0 { "/late" } else { "/large" };
        let head = format!("GET {path} HTTP/1.1\r\nHost: a\r\nX-Round: {}\r\n\r\n", "r".repeat(round * 40));
        requests.extend_from_slice(head.as_bytes());
    }
    requests.extend_from_slice(b"GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let mut stream = TcpStream::connect(address).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let sender = std::thread::spawn(move || writer.write_all(&requests));
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).unwrap();
    sender.join().unwrap().unwrap();
    let text = String::from_utf8(octets).unwrap();
    let replies = text.split("HTTP/1.1 200 OK\r\n").skip(1);
    let lengths: Vec<usize> = replies.map(|reply| reply.split_once("\r\n\r\n").unwrap().1.len()).collect();
    let expected: Vec<usize> = (0..61).map(|round| if round % 2 == 0 { 4 } else { 300_000 }).collect();
    assert_eq!(lengths, expected);
}

/// Whatever is in a body, and however long it is: it is read to its end, and the connection goes on.
#[test]
fn bodies_are_read_to_their_end_and_the_connection_goes_on() {
    let (_served, address) = application(10);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    for round in 0..30_usize {
        let body = "\r\n\r\nGET / HTTP/1.1\r\n\r\n".repeat(round * round * 40);
        let head = format!("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
        assert_eq!(answer(&mut stream), format!("{} octets", body.len()));
        let mut chunked = "POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
        for _ in 0..round {
            chunked.push_str(&format!("400\r\n{}\r\n", "\n\n".repeat(512)));
        }
        stream.write_all(format!("{chunked}0\r\n\r\n").as_bytes()).unwrap();
        assert_eq!(answer(&mut stream), format!("{} octets", round * 1024));
    }
}

/// The body of the next answer, which is short.
fn answer(stream: &mut TcpStream) -> String {
    let mut octets = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).unwrap();
        assert_ne!(read, 0, "closed after {:?}", String::from_utf8_lossy(&octets));
        octets.extend_from_slice(&piece[..read]);
        let reply = RawReply::parse(&octets);
        let length = reply.header("content-length").map(|length| length.parse::<usize>().unwrap());
        if length.is_some_and(|length| length <= reply.body.len()) {
            return reply.text();
        }
    }
}

/// The framework gives the first head of a connection five seconds, and those after it for ever.
#[test]
fn a_second_head_and_a_body_that_nobody_reads_have_an_end_too() {
    let world = World::small();
    let address = world.address(&world.sp("app").url);
    let chunked = "POST /nothing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n";
    for (begun, drop) in
        [("GET /saml/metadata HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nX: ", "a"), (chunked, "a")]
    {
        let mut stream = connect(address);
        assert_eq!(push(&mut stream, begun.as_bytes()), begun.len());
        let start = Instant::now();
        let mut read = Vec::new();
        let ended = wait_until(start + Duration::from_secs(16), || {
            push(&mut stream, drop.as_bytes());
            pull(&mut stream, &mut read)
        });
        assert!(ended, "{begun:?} is open after {:?}", start.elapsed());
        assert!(RawReply::parse(&read).status >= 200, "the first one was answered");
    }
}

#[test]
fn connections_beyond_the_bound_wait_for_one_to_end() {
    assert_eq!((CONNECTIONS, ServerSettings::default().connections), (1000, 1000));
    let (_served, address) = application(3);
    let held: Vec<TcpStream> = (0..3).map(|_| TcpStream::connect(address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(300));
    let mut waiting = connect(address);
    push(&mut waiting, b"GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut reply = Vec::new();
    std::thread::sleep(Duration::from_secs(1));
    assert!(!pull(&mut waiting, &mut reply) && reply.is_empty(), "a fourth is served");
    drop(held);
    let served = wait_until(Instant::now() + Duration::from_secs(10), || {
        pull(&mut waiting, &mut reply);
        !reply.is_empty()
    });
    assert!(served, "nobody is served after the others have gone");
}

/// Somebody who reads slowly, but reads, gets all of it.
#[test]
fn a_slow_reader_gets_everything() {
    let (_served, address) = application(3);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    let mut all = Vec::new();
    let mut piece = [0; 20_000];
    loop {
        let read = stream.read(&mut piece).unwrap();
        if read == 0 {
            break;
        }
        all.extend_from_slice(&piece[..read]);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(all.len() > 300_000, "{}", all.len());
}
