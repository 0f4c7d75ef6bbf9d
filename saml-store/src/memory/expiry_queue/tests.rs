use std::collections::BTreeSet;

use super::wheels::LEVELS;
use super::*;

/// The most steps of one operation: down and up again, with five looks at a wheel or a ticket per level.
const MOST_STEPS: u64 = 5 * 16;

fn key() -> Arc<str> {
    Arc::from("key")
}

/// A fixed sequence of numbers without a pattern.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) % bound
    }
}

/// Runs an operation, and returns its cost.
fn cost<T>(wheels: &mut Wheels, operation: impl FnOnce(&mut Wheels) -> T) -> (u64, T) {
    let before = wheels.steps();
    let answer = operation(wheels);
    (wheels.steps() - before, answer)
}

#[test]
fn instants_order_as_their_deadlines_do() {
    let instants = [i64::MIN, -1, 0, 1, 1_795_176_000_000, i64::MAX].map(StoreInstant::from_unix_millis);
    assert!(instants.map(deadline).is_sorted());
    assert_eq!(instants.map(|each| instant(deadline(each))), instants);
}

#[test]
fn the_order_is_that_of_an_ordered_map() {
    for (seed, span) in [(1, 40), (2, 5_000), (3, 1 << 31), (4, 1 << 62)] {
        let (mut wheels, mut model, mut numbers) = (Wheels::new(), BTreeSet::new(), Numbers(seed));
        for _ in 0..20_000 {
            let deadline = numbers.below(1 << 31).wrapping_mul(numbers.below(1 << 31)) % span;
            match numbers.below(5) {
                0..=2 => {
                    let (place, generation) = wheels.file(deadline, key());
                    model.insert((deadline, generation, place));
                }
                3 => {
                    // Some ticket in the middle, found by its place.
                    let some = model.range((deadline, 0, 0)..).next().copied();
                    if let Some(ticket) = some {
                        let filed = wheels.withdraw(ticket.2, ticket.1).unwrap();
                        assert_eq!((filed.deadline, filed.generation), (ticket.0, ticket.1));
                        assert!(wheels.withdraw(ticket.2, ticket.1).is_none(), "withdrawn twice");
                        model.remove(&ticket);
                    }
                }
                _ => match wheels.pop_due(deadline) {
                    Some((place, filed)) => {
                        assert_eq!(model.first().map(|first| first.0), Some(filed.deadline));
                        assert!(filed.deadline <= deadline);
                        assert!(model.remove(&(filed.deadline, filed.generation, place)));
                    }
                    None => assert!(model.first().is_none_or(|first| first.0 > deadline)),
                },
            }
            assert_eq!(wheels.first_deadline(), model.first().map(|first| first.0));
            assert_eq!(wheels.census().0, model.len());
        }
        for expected in std::iter::from_fn(|| model.pop_first()) {
            assert_eq!(wheels.pop_due(u64::MAX).map(|(_, filed)| filed.deadline), Some(expected.0));
        }
        assert_eq!(wheels.census(), (0, 1), "the wheel at the top is all that is left");
    }
}

#[test]
fn the_ends_of_time_have_their_slots() {
    let mut wheels = Wheels::new();
    for deadline in [u64::MAX, 0, u64::MAX - 1, 1] {
        wheels.file(deadline, key());
    }
    assert!(wheels.pop_due(0).is_some_and(|(_, filed)| filed.deadline == 0));
    assert!(wheels.pop_due(0).is_none());
    for deadline in [1, u64::MAX - 1, u64::MAX] {
        assert_eq!(wheels.pop_due(u64::MAX).map(|(_, filed)| filed.deadline), Some(deadline));
    }
    assert!(wheels.pop_due(u64::MAX).is_none());
}

#[test]
fn a_place_that_was_given_again_is_not_mistaken_for_the_ticket_that_had_it() {
    let mut wheels = Wheels::new();
    let (place, first) = wheels.file(10, key());
    assert!(wheels.withdraw(place, first).is_some());
    let (again, second) = wheels.file(10, key());
    assert_eq!(again, place);
    assert!(wheels.withdraw(place, first).is_none());
    assert!(wheels.withdraw(place, second).is_some());
}

#[test]
fn any_ticket_of_a_crowded_millisecond_is_withdrawn_in_a_few_steps() {
    let mut wheels = Wheels::new();
    let tickets: Vec<(u32, u64)> = (0..100_000).map(|_| wheels.file(1_000, key())).collect();
    let mut numbers = Numbers(1);
    let mut left: BTreeSet<usize> = (0..tickets.len()).collect();
    for _ in 0..50_000 {
        let number = usize::try_from(numbers.below(100_000)).unwrap();
        let (place, generation) = tickets[number];
        let (steps, filed) = cost(&mut wheels, |wheels| wheels.withdraw(place, generation));
        assert_eq!(filed.is_some(), left.remove(&number));
        assert!(steps <= MOST_STEPS, "{steps} steps");
    }
    assert_eq!(wheels.census(), (left.len(), usize::try_from(LEVELS).unwrap()));
}

#[test]
fn a_jump_of_a_year_costs_what_a_millisecond_does() {
    const YEAR: u64 = 365 * 24 * 3_600_000;
    let (start, mut numbers) = (1_795_176_000_000, Numbers(1));
    let mut wheels = Wheels::new();
    for _ in 0..10_000 {
        wheels.file(start + numbers.below(YEAR), key());
    }
    wheels.file(start + 2 * YEAR, key());
    for left in (1..=10_000).rev() {
        let (steps, popped) = cost(&mut wheels, |wheels| wheels.pop_due(start + YEAR));
        assert!(popped.is_some() && steps <= MOST_STEPS, "{steps} steps");
        assert_eq!(wheels.census().0, left);
    }
    let (steps, popped) = cost(&mut wheels, |wheels| wheels.pop_due(start + YEAR));
    assert!(popped.is_none() && steps <= 1, "nothing more is due, which one look tells: {steps} steps");
}

#[test]
fn wheels_go_with_their_tickets() {
    const MINUTE: u64 = 60_000;
    let mut wheels = Wheels::new();
    // A thousand live tickets at any time; half of them come due, half are withdrawn long before.
    for now in 0..200_000_u64 {
        wheels.file(now + 500, key());
        let (place, generation) = wheels.file(now + 60 * MINUTE, key());
        assert!(wheels.withdraw(place, generation).is_some());
        while wheels.pop_due(now).is_some() {}
    }
    let (tickets, existing) = wheels.census();
    assert_eq!(tickets, 500);
    assert!(existing < 60, "{existing} wheels for 500 tickets in one half second");
    let (most_tickets, most_wheels) = wheels.most();
    assert!(most_tickets <= 502 && most_wheels < 80, "{:?}", wheels.most());
}
