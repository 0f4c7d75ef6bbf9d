use std::cell::Cell;
use std::cmp::Ordering;

use super::{Line, by_part, missing};

thread_local! {
    static COMPARED: Cell<usize> = const { Cell::new(0) };
}

/// A line that counts how often it is compared.
#[derive(Debug)]
struct Counted(usize);

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        COMPARED.set(COMPARED.get() + 1);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Counted {}

/// Each line is compared with as many as a search needs, however many there are.
#[test]
fn two_descriptions_are_compared_in_as_many_steps_as_they_have_lines() {
    let compared = |count: usize| {
        let old: Vec<Counted> = (0..count).map(|n| Counted(n * 7919 % count)).collect();
        let new: Vec<Counted> = (0..count).rev().map(|n| Counted(n + count / 2)).collect();
        COMPARED.set(0);
        let (removed, added) = (missing(&old, &new), missing(&new, &old));
        assert_eq!((removed.len(), added.len()), (count / 2, count / 2));
        COMPARED.get()
    };
    let (some, more) = (compared(1000), compared(4000));
    assert!(some < 50 * 1000 && more < 60 * 4000, "{some} {more}");
    assert!(10 * more < 14 * 4 * some, "{some} {more}");
}

#[test]
fn lines_stand_with_their_part_in_the_order_in_which_the_parts_come_first() {
    let line = |part: &str, name: &str| Line { part: part.into(), name: name.into(), value: String::new() };
    let (removed, added) =
        ([line("b", "1"), line("a", "2"), line("b", "3")], [line("c", "4"), line("b", "5")]);
    let parts = by_part(&removed.each_ref(), &added.each_ref());
    let names: Vec<(&str, Vec<&str>)> = parts
        .into_iter()
        .map(|(part, lines)| (part, lines.into_iter().map(|(_, line)| line.name.as_str()).collect()))
        .collect();
    assert_eq!(names, [("b", vec!["1", "3", "5"]), ("a", vec!["2"]), ("c", vec!["4"])]);
}
