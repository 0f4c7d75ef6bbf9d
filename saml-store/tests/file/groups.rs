//! How often the disk is waited for, as the system counts it.

use std::fs;
use std::process::{Command, Stdio};

use saml_testkit::left_out::left_out;

use crate::child::{Role, start};
use crate::folder::Folder;

/// What waits for the disk.
const SYNCS: &str = "trace=fsync,fdatasync,sync_file_range,msync";

fn may_trace() -> bool {
    let tried = Command::new("strace").args(["-f", "-e", SYNCS, "true"]).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

/// Fewer would lose what was answered when the power fails; more would cost every caller of the group.
#[test]
fn a_group_waits_for_the_disk_exactly_once() {
    if !may_trace() {
        left_out("how often a group waits for the disk", "`strace` is not there, or may not look");
        return;
    }
    let folder = Folder::new();
    let trace = folder.0.join("trace");
    let shell = ["strace", "-f", "-qq", "-e", SYNCS, "-o", trace.to_str().unwrap()];
    let syncs = || {
        let text = fs::read_to_string(&trace).unwrap();
        // A call that another thread interrupts in the trace has a second line, `<... fsync resumed>`.
        text.lines().filter(|line| line.contains("sync(") && !line.contains("resumed")).count()
    };
    let mut child = start(Role::Group, &folder.file(), "", &shell);
    assert_eq!(child.next().as_deref(), Some("ready"));
    let before = syncs();
    assert!(before > 0, "the first commit waited, too");
    child.begin();
    let mut number = || child.next().unwrap().parse::<usize>().unwrap();
    let (groups, operations) = (number(), number());
    assert_eq!(child.next().as_deref(), Some("ready"));
    let waited = syncs() - before;
    child.begin();
    child.rest();
    println!("{operations} operations, {groups} groups, {waited} waits");
    assert_eq!((operations, waited), (64 * 10 * 2, groups));
    assert!(groups < operations / 2, "callers share groups: {groups} of {operations}");
}
