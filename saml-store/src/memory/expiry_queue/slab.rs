//! Items that refer to each other by number.

/// The number of no item.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Items under numbers; the number of a removed item is given to a later one.
///
/// Each operation is one step, whatever is stored. The memory is that of the most items that there ever were at one
/// time. Holds fewer than 2³² − 1 items, which the owner ensures.
#[derive(Debug)]
pub(super) struct Slab<T> {
    items: Vec<Option<T>>,
    vacant: Vec<u32>,
    /// Items that were looked at.
    #[cfg(test)]
    steps: std::cell::Cell<u64>,
}

impl<T> Slab<T> {
    pub(super) const fn new() -> Self {
        Self {
            items: Vec::new(),
            vacant: Vec::new(),
            #[cfg(test)]
            steps: std::cell::Cell::new(0),
        }
    }

    pub(super) fn insert(&mut self, item: T) -> u32 {
        let place = self.vacant.pop().unwrap_or_else(|| {
            self.items.push(None);
            u32::try_from(self.items.len() - 1).unwrap_or(NOWHERE)
        });
        if let Some(vacant) = self.slot(place) {
            *vacant = Some(item);
        }
        place
    }

    pub(super) fn get(&self, place: u32) -> Option<&T> {
        self.count_step();
        self.items.get(usize::try_from(place).ok()?)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        self.slot(place)?.as_mut()
    }

    pub(super) fn remove(&mut self, place: u32) -> Option<T> {
        let item = self.slot(place)?.take()?;
        self.vacant.push(place);
        Some(item)
    }

    fn slot(&mut self, place: u32) -> Option<&mut Option<T>> {
        self.count_step();
        self.items.get_mut(usize::try_from(place).ok()?)
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "steps are counted in tests")]
    const fn count_step(&self) {}

    #[cfg(test)]
    fn count_step(&self) {
        self.steps.set(self.steps.get() + 1);
    }
}

#[cfg(test)]
impl<T> Slab<T> {
    pub(super) fn steps(&self) -> u64 {
        self.steps.get()
    }

    pub(super) fn len(&self) -> usize {
        self.items.len() - self.vacant.len()
    }

    /// The most items that there ever were at one time.
    pub(super) fn most(&self) -> usize {
        self.items.len()
    }
}
