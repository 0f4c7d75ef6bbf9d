//! Measuring two routines by turns.
//!
//! The usual harnesses measure one routine after the other. On a machine with other work, the clock rate, the caches
//! and the neighbours change by more than the differences that are measured here. So both routines run by turns of
//! about a millisecond, and the figure is the median of the ratios of neighbouring turns. What counts is the processor
//! time of this thread: the turns of others are not ours. Where other threads do a part of the work, the clock on the wall
//! has to do.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How long one turn takes, about.
const TURN: Duration = Duration::from_micros(1000);
/// At least so many pairs of turns.
const ROUNDS: usize = 25;

/// The time of one execution.
#[derive(Clone, Copy, Debug)]
pub struct Spent(pub Duration);

impl Spent {
    /// In microseconds.
    #[must_use]
    pub fn micros(self) -> f64 {
        self.0.as_secs_f64() * 1e6
    }

    /// In nanoseconds for each of so many octets.
    #[must_use]
    pub fn nanos_per(self, octets: usize) -> f64 {
        self.0.as_secs_f64() * 1e9 / float(octets).max(1.0)
    }
}

/// Two routines compared.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The median of the first.
    pub floor: Spent,
    /// The median of the second.
    pub subject: Spent,
    /// The median of the second divided by the first.
    pub ratio: f64,
}

/// Measures `subject` against `floor` for about this long.
pub fn paired<F, S>(time: Duration, floor: impl FnMut() -> F, subject: impl FnMut() -> S) -> Pair {
    paired_by(processor_time, time, floor, subject)
}

/// The same by the clock on the wall, for work that other threads, or other processes, do.
pub fn paired_by_wall<F, S>(time: Duration, floor: impl FnMut() -> F, subject: impl FnMut() -> S) -> Pair {
    let began = Instant::now();
    paired_by(move || began.elapsed(), time, floor, subject)
}

fn paired_by<F, S>(
    clock: impl Fn() -> Duration,
    time: Duration,
    mut floor: impl FnMut() -> F,
    mut subject: impl FnMut() -> S,
) -> Pair {
    let floor_runs = runs_in_a_turn(&clock, &mut floor);
    let subject_runs = runs_in_a_turn(&clock, &mut subject);
    let mut turns = Vec::new();
    let began = Instant::now();
    while turns.len() < ROUNDS || began.elapsed() < time {
        turns.push((turn(&clock, floor_runs, &mut floor), turn(&clock, subject_runs, &mut subject)));
    }
    let seconds = |of: fn(&(Duration, Duration)) -> Duration| {
        Spent(median(turns.iter().map(of).collect()).unwrap_or_default())
    };
    let ratios = turns.iter().map(|(floor, subject)| subject.as_secs_f64() / floor.as_secs_f64());
    Pair {
        floor: seconds(|turn| turn.0),
        subject: seconds(|turn| turn.1),
        ratio: median(ratios.map(Ordered).collect()).map_or(f64::NAN, |ratio| ratio.0),
    }
}

/// Measures one routine for about this long.
pub fn alone<S>(time: Duration, mut subject: impl FnMut() -> S) -> Spent {
    let runs = runs_in_a_turn(&processor_time, &mut subject);
    let mut turns = Vec::new();
    let began = Instant::now();
    while turns.is_empty() || began.elapsed() < time {
        turns.push(turn(&processor_time, runs, &mut subject));
    }
    Spent(median(turns).unwrap_or_default())
}

/// One turn: what an execution took on average.
fn turn<T>(clock: &impl Fn() -> Duration, runs: u32, routine: &mut impl FnMut() -> T) -> Duration {
    let began = clock();
    for _ in 0..runs {
        black_box(routine());
    }
    clock().saturating_sub(began) / runs
}

/// What this thread has run so far.
fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// Warms up, and finds how many executions fill a turn.
fn runs_in_a_turn<T>(clock: &impl Fn() -> Duration, routine: &mut impl FnMut() -> T) -> u32 {
    let mut runs = 1;
    loop {
        let each = turn(clock, runs, routine);
        if each * runs >= TURN || runs > 1 << 20 {
            return runs;
        }
        runs *= 2;
    }
}

#[derive(Clone, Copy, PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

fn median<T: Ord + Copy>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
