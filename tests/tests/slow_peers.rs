//! Slow peers, and peers that read less than they ask for: how much they can hold, and for how long.
//!
//! The test measures the memory of this process, so that all cases run in one test, one after another.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, web};
use saml_provider::web::body::{PROGRESS_DEADLINE, SMALL_OCTETS};
use saml_sp::web::{CONNECTIONS, CONNECTIONS_OF_A_CLIENT, ConnectedBy, ServerSettings, StoppedBy, serve};
use saml_testkit::left_out::left_out;
use saml_tests::raw::{self, RawReply};
use saml_tests::served::{Served, listen};
use saml_tests::world::World;
use socket2::{Domain, Socket, Type};

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
    many_bodies_of_some_size_that_stall(&world);
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
        if small.is_none() && begun.elapsed() > Duration::from_secs(2) {
            small = Some(raw::ask(address, "POST", "/saml/acs", &[FORM], b"SAMLResponse=YQ").status);
        }
        streams.iter().all(|(_, _, _, closed)| *closed)
    });
    println!("bodies: {before} MiB before, {highest} MiB at most, {:?}", begun.elapsed());
    assert!(over, "some are open after {:?}", begun.elapsed());
    // As much again for what moves while it grows, and for the clients, which are in this process too.
    assert!(highest.saturating_sub(before) < 2 * 64, "{before} MiB, then {highest}");
    assert_eq!(small, Some(400), "large bodies that stall leave room for small ones");
    let replies: Vec<RawReply> = streams.iter().map(|(_, _, reply, _)| RawReply::parse(reply)).collect();
    let slow = replies.iter().filter(|reply| reply.status == 408).count();
    let full: Vec<&RawReply> = replies.iter().filter(|reply| reply.status == 503).collect();
    assert!(slow >= 3 && full.len() >= 30, "{slow} too slow, {} without room", full.len());
    assert!(full.iter().all(|reply| reply.header("retry-after") == Some("5")));
}

/// Three hundred bodies of 128 KiB that never end, more than may be in flight; then smaller and smaller ones, which take
/// what room those leave.
fn many_bodies_of_some_size_that_stall(world: &World) {
    const STAGES: [(u64, usize, usize); 4] =
        [(0, 300, 130_000), (1500, 60, 40_000), (2100, 20, 10_000), (2700, 20, 1000)];
    for (url, at, path, form, answer) in [
        (&world.sp("app").url, "/saml/acs", "/saml/acs", "SAMLResponse=YQ", 400),
        (&world.idp("idp").url, "/saml/sso", "/saml/login", "csrf_token=a&user_name=a&password=a", 403),
    ] {
        let address = world.address(url);
        let head = format!(
            "POST {at} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: 200000\r\n\r\n"
        );
        let mut streams: Vec<(TcpStream, usize, usize, Vec<u8>)> = Vec::new();
        let mut stages = STAGES.into_iter().peekable();
        let body = format!("{head}{}", "A".repeat(130_000));
        let begun = Instant::now();
        let mut small = Vec::new();
        let over = wait_until(begun + 2 * PROGRESS_DEADLINE, || {
            let so_far = begun.elapsed();
            while let Some((_, count, octets)) =
                stages.next_if(|(at, ..)| so_far >= Duration::from_millis(*at))
            {
                let octets = head.len() + octets;
                streams.extend((0..count).map(|_| (connect(address), 0, octets, Vec::new())));
            }
            let mut closed = 0;
            for (stream, sent, octets, reply) in &mut streams {
                *sent += push(stream, &body.as_bytes()[*sent..*octets]);
                closed += usize::from(pull(stream, reply));
            }
            if small.is_empty() && so_far > Duration::from_millis(3300) && so_far < PROGRESS_DEADLINE {
                let large = form.to_owned() + "&x=" + &"x".repeat(SMALL_OCTETS / 4);
                for body in [form, large.as_str()] {
                    small.push(raw::ask(address, "POST", path, &[FORM], body.as_bytes()).status);
                }
            }
            stages.peek().is_none() && closed == streams.len()
        });
        println!("{path}: over after {:?}", begun.elapsed());
        assert_eq!(small, [answer, answer], "{path}: others leave room for small bodies");
        assert!(over, "some are open after {:?}", begun.elapsed());
        let of = |status| streams.iter().filter(|stream| RawReply::parse(&stream.3).status == status).count();
        assert!(of(408) + of(503) == streams.len() && of(503) > 50, "{} and {}", of(408), of(503));
    }
}

const FORM: &[u8] = b"content-type: application/x-www-form-urlencoded";

async fn slow() -> HttpResponse {
    actix_web::rt::time::sleep(Duration::from_secs(3)).await;
    HttpResponse::Ok().body("slow")
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
    let served = serve_application(listener, connections, ConnectedBy::Proxy);
    (served, SocketAddr::from(([127, 0, 0, 1], port)))
}

fn serve_application(listener: TcpListener, connections: usize, connected_by: ConnectedBy) -> Served {
    Served::start(move || {
        let app = || {
            App::new()
                .app_data(web::PayloadConfig::new(1024 * 1024))
                .route("/late", web::get().to(late))
                .route("/slow", web::get().to(slow))
                .route("/length", web::post().to(length))
                .route("/large", web::get().to(|| async { "x".repeat(300_000) }))
        };
        let stopped_by = StoppedBy::Handle;
        let settings = ServerSettings { workers: 1, connections, connected_by, stopped_by };
        vec![serve(app, listener, settings).unwrap()]
    })
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
fn connections_beyond_the_bound_wait_for_a_busy_one_to_end() {
    let settings = ServerSettings::default();
    assert_eq!((CONNECTIONS, settings.connections), (1000, 1000));
    let each = ConnectedBy::Clients { connections_each: CONNECTIONS_OF_A_CLIENT };
    assert_eq!((CONNECTIONS_OF_A_CLIENT, settings.connected_by), (100, each));
    let (_served, address) = application(3);
    let begun = Instant::now();
    let mut busy: Vec<TcpStream> = (0..3).map(|_| connect(address)).collect();
    for stream in &mut busy {
        push(stream, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    std::thread::sleep(Duration::from_millis(300));
    let mut waiting = connect(address);
    push(&mut waiting, b"GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut reply = Vec::new();
    std::thread::sleep(Duration::from_secs(1));
    assert!(!pull(&mut waiting, &mut reply) && reply.is_empty(), "a fourth is served");
    let served = wait_until(begun + Duration::from_secs(10), || {
        pull(&mut waiting, &mut reply);
        !reply.is_empty()
    });
    assert!(served, "nobody is served after the others were answered");
    assert_eq!(RawReply::parse(&reply).text(), "late");
    for stream in &mut busy {
        let mut reply = Vec::new();
        pull(stream, &mut reply);
        assert_eq!(RawReply::parse(&reply).text(), "slow", "what was busy was not ended");
    }
}

#[test]
fn the_longest_idle_connection_ends_for_a_new_one() {
    let (_served, address) = application(3);
    let mut held: Vec<TcpStream> = Vec::new();
    for _ in 0..3 {
        held.push(connect(address));
        std::thread::sleep(Duration::from_millis(100));
    }
    // The first one has been used since, and the second one has begun a request.
    push(&mut held[0], b"GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
    push(&mut held[1], b"GET /late HTTP/1.1\r\nHost: ");
    std::thread::sleep(Duration::from_millis(300));
    let ends = [[false, true, false], [false, true, true], [true, true, true]];
    let mut later = Vec::new();
    for ends in ends {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /late HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        assert_eq!(answer(&mut stream), "late");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        later.push(stream);
        let ended: Vec<bool> = held.iter_mut().map(|stream| pull(stream, &mut Vec::new())).collect();
        assert_eq!(ended, ends);
    }
}

/// A connection from this address of this machine.
fn connect_from(source: IpAddr, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(source, 0).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// A connection that is opened in the background, however long that takes.
fn open(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_nonblocking(true).unwrap();
    let _under_way = socket.connect(&address.into());
    socket.into()
}

/// However many connections one address holds open: a login from another one is answered at once.
#[test]
fn idle_connections_of_one_address_keep_nobody_out() {
    let world = World::small();
    for (url, path, status) in
        [(&world.sp("app").url, "/saml/login", 303), (&world.idp("idp").url, "/saml/home", 200)]
    {
        let address = world.address(url);
        let mut held = Vec::new();
        for _ in 0..22 {
            // No more at once than fit into the system's queue.
            held.extend((0..50).map(|_| open(address)));
            std::thread::sleep(Duration::from_millis(50));
        }
        for (number, stream) in held.iter_mut().enumerate() {
            // Some are answered once, some begin a request, and some say nothing.
            let said =
                ["GET /saml/metadata HTTP/1.1\r\nHost: a\r\n\r\n", "GET /saml/metadata HTTP/1.1\r\nHo", ""];
            push(stream, said[number % 3].as_bytes());
        }
        std::thread::sleep(Duration::from_millis(500));
        let begun = Instant::now();
        let mut stream = connect_from(IpAddr::from([127, 0, 0, 2]), address);
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        assert_eq!(RawReply::parse(&reply).status, status, "{path}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{path}: {:?}", begun.elapsed());
    }
}

/// An address of this machine that is not a loopback one.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    // Nothing is sent: it only says where it would be sent from.
    socket.connect(("192.0.2.77", 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// A client that has as many busy connections as it may have is refused another one, and nobody else is.
#[test]
fn a_client_has_its_share_of_connections() {
    let Some(address) = own_address() else {
        left_out("a client's share of connections", "this machine has no address besides the loopback ones");
        return;
    };
    for (connected_by, refused) in
        [(ConnectedBy::Clients { connections_each: 3 }, 2), (ConnectedBy::Proxy, 0)]
    {
        let listener = TcpListener::bind(("0.0.0.0", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let _served = serve_application(listener, 20, connected_by);
        let here = SocketAddr::new(address, port);
        let mut streams: Vec<TcpStream> = Vec::new();
        for _ in 0..5 {
            let mut stream = connect(here);
            push(&mut stream, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            streams.push(stream);
            std::thread::sleep(Duration::from_millis(50));
        }
        let loopback = SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(raw::ask(loopback, "GET", "/late", &[], b"").text(), "late");
        let closed = streams.iter_mut().filter_map(|stream| pull(stream, &mut Vec::new()).then_some(()));
        assert_eq!(closed.count(), refused, "{connected_by:?}");
        drop(streams);
    }
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
