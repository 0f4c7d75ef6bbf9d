//! The scripts, and how names and instants are written in them.

use std::fmt::Write as _;
use std::time::Duration;

use openssl::sha::sha1;

use crate::{Entry, Namespace, StoreInstant};

/// A script and the name under which the server knows it once it has been loaded.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) text: &'static str,
    pub(super) digest: String,
}

impl Script {
    fn new(text: &'static str) -> Self {
        let mut digest = String::with_capacity(40);
        for octet in sha1(text.as_bytes()) {
            // Writing to a string doesn't fail.
            let _ = write!(digest, "{octet:02x}");
        }
        Self { text, digest }
    }
}

/// All scripts. Without the flag `no-writes`, so that a replica refuses each of them; those that need no more memory may
/// run where there is none left.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) store: Script,
    pub(super) take: Script,
    pub(super) get: Script,
    pub(super) sweep: Script,
    pub(super) change_record: Script,
    pub(super) remove_record: Script,
    pub(super) read_records: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            store: Script::new(concat!(
                "#!lua\n",
                include_str!("lua/entry.lua"),
                include_str!("lua/store.lua")
            )),
            take: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("lua/entry.lua"),
                include_str!("lua/take.lua")
            )),
            get: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("lua/entry.lua"),
                include_str!("lua/get.lua")
            )),
            sweep: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("lua/entry.lua"),
                include_str!("lua/sweep.lua")
            )),
            change_record: Script::new(concat!(
                "#!lua\n",
                include_str!("lua/record.lua"),
                include_str!("lua/change_record.lua")
            )),
            remove_record: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("lua/record.lua"),
                include_str!("lua/change_record.lua")
            )),
            read_records: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("lua/record.lua"),
                include_str!("lua/read_records.lua")
            )),
        }
    }
}

/// The names of all that belongs to a namespace. They share a hash tag, so that they lie in one slot of a cluster.
#[derive(Debug)]
pub(super) struct Names {
    /// What stands before a key.
    pub(super) base: String,
    pub(super) order: String,
    pub(super) held: String,
    /// What stands before the member of a record.
    pub(super) record_base: String,
    pub(super) records: String,
    pub(super) record_octets: String,
    /// Where in a cluster they lie.
    pub(super) slot: u16,
}

impl Names {
    /// `prefix` has no braces.
    pub(super) fn new(prefix: &str, namespace: Namespace) -> Self {
        let mut tag = String::new();
        for character in namespace.as_str().chars() {
            match character {
                '{' => tag.push_str("%7B"),
                '}' => tag.push_str("%7D"),
                '%' => tag.push_str("%25"),
                _ => tag.push(character),
            }
        }
        // An empty tag would be no tag.
        if tag.is_empty() {
            tag.push('%');
        }
        let place = format!("{prefix}{{{tag}}}");
        Self {
            base: format!("{place}e:"),
            order: format!("{place}order"),
            held: format!("{place}held"),
            record_base: format!("{place}r:"),
            records: format!("{place}records"),
            record_octets: format!("{place}record-octets"),
            slot: slot(&tag),
        }
    }
}

/// An entry in the form that `lua/entry.lua` describes.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) expires: String,
    pub(super) octets: Vec<u8>,
    pub(super) member: String,
}

impl Stored {
    /// On the account of a party, or of nobody (empty). Party and value have the bounds of the contract.
    pub(super) fn new(entry: &Entry<'_>, party: &str) -> Self {
        let expires = digits(entry.expires_at);
        let mut octets = format!("{expires}{:03}{party}", party.len()).into_bytes();
        octets.extend_from_slice(&entry.value);
        let size = entry.key.len().saturating_add(entry.value.len());
        let member = format!("{expires}{size:07}{:03}{party}{}", party.len(), entry.key);
        Self { expires, octets, member }
    }
}

/// An instant as 20 digits, which are ordered as the instants are.
pub(super) fn digits(instant: StoreInstant) -> String {
    format!("{:020}", i128::from(instant.unix_millis()) - i128::from(i64::MIN))
}

/// How many milliseconds Redis keeps an entry, by its own clock; empty if it keeps it until it is removed.
pub(super) fn life(now: StoreInstant, expires_at: StoreInstant, slack: Duration) -> String {
    let life = expires_at.since(now).saturating_add(slack);
    if life > LONGEST_LIFE { String::new() } else { life.as_millis().to_string() }
}

/// A hundred years. Redis refuses much longer ones, and needs none of these.
const LONGEST_LIFE: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// The slot of a cluster in which names with this tag lie: CRC-16/XMODEM, of 16 384.
fn slot(tag: &str) -> u16 {
    let crc = tag.bytes().fold(0_u16, |crc, octet| {
        (0..8).fold(crc ^ (u16::from(octet) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    });
    crc % SLOTS
}

/// Slots of a cluster.
pub(super) const SLOTS: u16 = 16_384;

#[cfg(test)]
mod tests;
