//! The oldest Rust that the workspace names is enough for what it depends on, and everybody names the same.

use std::process::Command;

use serde_json::Value;

use crate::Breach;
use crate::tree;

/// The `rust-version` of a manifest.
pub fn stated(manifest: &str) -> Option<&str> {
    manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'))
}

/// What cargo knows of every package that is built on this kind of machine.
pub fn metadata() -> String {
    let run = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program).args(arguments).current_dir(tree::root()).output().expect("runs");
        assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("text")
    };
    let compiler = run("rustc", &["-vV"]);
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    run(env!("CARGO"), &["metadata", "--locked", "--format-version", "1", "--filter-platform", host])
}

/// Packages of `metadata` that ask for a later Rust than `oldest`.
pub fn breaches(metadata: &str, oldest: &str) -> Vec<Breach> {
    let metadata: Value = serde_json::from_str(metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(!packages.is_empty(), "no packages");
    let built: Vec<&Value> =
        metadata["resolve"]["nodes"].as_array().into_iter().flatten().map(|node| &node["id"]).collect();
    let mut breaches = Vec::new();
    for package in packages.iter().filter(|package| built.contains(&&package["id"])) {
        let Some(wanted) = package["rust_version"].as_str() else { continue };
        if parts(wanted) > parts(oldest) {
            let [name, version] = ["name", "version"].map(|key| package[key].as_str().unwrap_or_default());
            let rule = format!("{name} {version} needs Rust {wanted}, and rust-version is {oldest}");
            breaches.push(Breach { file: "Cargo.lock".to_owned(), line: 1, rule });
        }
    }
    breaches
}

/// `1.90.1` as numbers. A missing part is zero.
fn parts(version: &str) -> [u32; 3] {
    let mut numbers = version.split('.').map(|part| part.parse().expect("a number"));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}
