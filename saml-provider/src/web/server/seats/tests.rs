use std::future::Future as _;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::AtomicUsize;
use std::task::{Poll, Wake};

use super::*;

/// Counts how often it is woken.
#[derive(Debug, Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Bell {
    fn rung(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn seats(all: usize, of_a_client: Option<usize>) -> Arc<Seats> {
    let bound = |bound| NonZeroUsize::new(bound).unwrap();
    Arc::new(Seats::new(Bounds { all: bound(all), of_a_client: of_a_client.map(bound) }))
}

fn client(address: &str) -> Option<ClientNetwork> {
    Some(ClientNetwork::of_address(address.parse::<IpAddr>().unwrap()))
}

/// A seat if there is one at once.
fn take(seats: &Arc<Seats>, client: Option<ClientNetwork>) -> Poll<Result<Seat, ClientFull>> {
    pin!(seats.take(client)).poll(&mut Context::from_waker(Waker::noop()))
}

fn taken(seats: &Arc<Seats>, client: Option<ClientNetwork>) -> Seat {
    match take(seats, client) {
        Poll::Ready(Ok(seat)) => seat,
        Poll::Ready(Err(refused)) => panic!("{refused:?}"),
        Poll::Pending => panic!("there is no seat"),
    }
}

fn ended(seats: &[Seat]) -> Vec<bool> {
    seats.iter().map(Seat::has_ended).collect()
}

#[test]
fn the_longest_idle_connection_ends_for_a_new_one_and_is_woken() {
    let seats = seats(3, None);
    let first: Vec<Seat> = (0..3).map(|_| taken(&seats, None)).collect();
    // The first one had a request in between, so that the second has been idle for longer.
    first[0].be_busy();
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(Arc::clone(&bell));
    first[0].be_idle(&Context::from_waker(&waker));
    first[1].be_idle(&Context::from_waker(&waker));
    let mut later = Vec::new();
    for (ends, rung) in [
        ([false, true, false], 1),
        ([false, true, true], 1),
        ([true, true, true], 2),
        ([true, true, true], 2),
    ] {
        later.push(taken(&seats, None));
        assert_eq!((ended(&first), bell.rung()), (ends.to_vec(), rung));
        assert_eq!(seats.taken().seats.len(), 3);
    }
    assert_eq!(ended(&later), [true, false, false, false]);
    drop((first, later));
    assert!(seats.taken().seats.is_empty());
}

#[test]
fn a_busy_connection_ends_for_nobody_and_others_wait_until_it_is_idle_or_over() {
    let seats = seats(2, None);
    let busy = [taken(&seats, None), taken(&seats, None)];
    busy.iter().for_each(Seat::be_busy);
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(Arc::clone(&bell));
    let mut context = Context::from_waker(&waker);
    let mut waiting = pin!(seats.take(None));
    let mut also_waiting = pin!(seats.take(None));
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    assert!(also_waiting.as_mut().poll(&mut context).is_pending());
    assert_eq!((bell.rung(), ended(&busy)), (0, vec![false, false]));
    busy[0].be_idle(&Context::from_waker(Waker::noop()));
    assert_eq!(bell.rung(), 1);
    let Poll::Ready(Ok(seat)) = waiting.as_mut().poll(&mut context) else { panic!("it still waits") };
    assert_eq!(ended(&busy), [true, false]);
    seat.be_busy();
    assert!(also_waiting.as_mut().poll(&mut context).is_pending());
    drop(busy);
    assert!(matches!(also_waiting.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
}

#[test]
fn a_client_that_has_its_share_pushes_out_its_own_connections_alone() {
    let seats = seats(10, Some(2));
    let other = taken(&seats, client("192.0.2.9"));
    let first = [taken(&seats, client("2001:db8::1")), taken(&seats, client("2001:db8::2"))];
    // Of the same /64, while another network, an IPv4 address and who is not counted have shares of their own.
    let third = taken(&seats, client("2001:db8::3"));
    let more = ["2001:db8:0:1::1", "192.0.2.8"].map(|address| taken(&seats, client(address)));
    let uncounted: Vec<Seat> = (0..4).map(|_| taken(&seats, None)).collect();
    assert_eq!(ended(&first), [true, false]);
    assert_eq!((other.has_ended(), ended(&more), ended(&uncounted)), (false, vec![false; 2], vec![false; 4]));
    first[1].be_busy();
    third.be_busy();
    assert!(matches!(take(&seats, client("2001:db8::4")), Poll::Ready(Err(ClientFull))));
    drop(third);
    assert!(matches!(take(&seats, client("2001:db8::4")), Poll::Ready(Ok(_))));
    drop((other, first, more, uncounted));
    let taken = seats.taken();
    assert!(taken.seats.is_empty() && taken.by_client.is_empty(), "{taken:?}");
}

/// A request that came just as its connection was to end is answered, and the seat stays the other's.
#[test]
fn what_has_ended_stays_ended() {
    let seats = seats(1, None);
    let first = taken(&seats, None);
    let second = taken(&seats, None);
    first.be_busy();
    first.be_idle(&Context::from_waker(Waker::noop()));
    assert!(first.has_ended() && !second.has_ended());
    drop(first);
    assert_eq!(seats.taken().seats.len(), 1);
}
