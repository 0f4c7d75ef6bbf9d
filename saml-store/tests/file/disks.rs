//! Disks that are full or read-only. They are made by mounts that only the child sees.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use saml_store::FileStore;
use saml_testkit::left_out::left_out;

use crate::child::{Role, start};
use crate::folder::Folder;

/// Runs what follows where mounts may be made that nobody else sees.
const APART: [&str; 5] = ["unshare", "--user", "--map-root-user", "--mount", "--"];

/// Whether such mounts may be made here: a matter of the kernel's settings.
fn may_mount(test: &str, folder: &Folder) -> bool {
    let tried = Command::new(APART[0])
        .args(&APART[1..])
        .args(["mount", "-t", "tmpfs", "tmpfs"])
        .arg(&folder.0)
        .stderr(Stdio::null())
        .status();
    let may = tried.is_ok_and(|status| status.success());
    if !may {
        left_out(test, "no mounts may be made here by `unshare --user --mount`");
        assert_ne!(env::var("CI").as_deref(), Ok("true"), "no mounts may be made");
    }
    may
}

/// What a child says that plays its role after `script` was run, in which `$1` is the folder.
fn said(role: Role, folder: &Folder, script: &str) -> Vec<String> {
    let script = format!("{script}\nshift; exec \"$@\"");
    let shell = [&APART[..], &["sh", "-ec", &script, "sh", folder.0.to_str().unwrap()]].concat();
    start(role, &folder.file(), "", &shell).rest()
}

#[test]
fn a_full_disk_is_told_and_nothing_that_was_acknowledged_is_lost() {
    let folder = Folder::new();
    if !may_mount("a full disk", &folder) {
        return;
    }
    let said = said(Role::Fill, &folder, "mount -t tmpfs -o size=4m,mode=700 tmpfs \"$1\"");
    let no_space = "store.no_space";
    assert_eq!(said.first().map(String::as_str), Some(no_space), "{said:?}");
    assert_eq!(said[2..], [no_space, no_space, no_space, "whole"], "{said:?}");
    let stored: usize = said[1].strip_prefix("stored ").unwrap().parse().unwrap();
    assert!((50..400).contains(&stored), "{stored} entries of 10 000 octets in 4 MiB");
}

#[test]
fn a_file_that_can_not_be_made_for_want_of_room_leaves_nothing_behind() {
    let folder = Folder::new();
    if !may_mount("a file on a full disk", &folder) {
        return;
    }
    let full = "mount -t tmpfs -o size=64k,mode=700 tmpfs \"$1\"
        head -c 60000 /dev/zero > \"$1/others\"
        trap 'ls \"$1\" | sed \"s/^/said: /\" >&2' EXIT
        folder=$1; shift; \"$@\"; set -- \"$folder\"; exit";
    let said = said(Role::Open, &folder, full);
    assert_eq!(said, ["store.no_space", "others"]);
}

#[test]
fn a_read_only_disk_is_told_for_a_file_that_is_there_and_for_one_that_is_not() {
    let read_only = "mount --bind \"$1\" \"$1\"; mount -o remount,bind,ro \"$1\"";
    for is_there in [true, false] {
        let folder = Folder::new();
        if !may_mount("a read-only disk", &folder) {
            return;
        }
        if is_there {
            drop(FileStore::open(folder.file()).unwrap());
        }
        let before = fs::read(folder.file()).ok();
        assert_eq!(said(Role::Open, &folder, read_only), ["store.read_only"], "there: {is_there}");
        assert_eq!(fs::read(folder.file()).ok(), before);
    }
}

#[test]
fn a_log_that_can_not_be_made_beside_the_file_is_told() {
    let folder = Folder::new();
    if !may_mount("a read-only folder", &folder) {
        return;
    }
    drop(FileStore::open(folder.file()).unwrap());
    let script = "mount --bind \"$1\" \"$1\"; mount --bind \"$1/store\" \"$1/store\"
        mount -o remount,bind,ro \"$1\"";
    assert_eq!(said(Role::Open, &folder, script), ["store.file_access"]);
}

/// A limit of the process on the length of files (`ulimit -f`) is no full disk, and yet as good as one.
#[test]
fn a_limit_on_the_length_of_files_is_told_and_nothing_that_was_acknowledged_is_lost() {
    let folder = Folder::new();
    let script = "trap '' XFSZ; ulimit -f 2000; exec \"$@\"";
    let said = start(Role::Fill, &folder.file(), "", &["sh", "-ec", script, "sh"]).rest();
    assert!(said.len() > 2, "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some("whole"), "{said:?}");
    let codes = [&said[..1], &said[2..said.len() - 1]].concat();
    assert!(codes.iter().all(|code| code == "store.unavailable"), "{said:?}");
}
