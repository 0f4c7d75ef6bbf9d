//! Running the program.

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How it ended and what it said.
pub struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    fn of(output: std::process::Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.text(), self.stderr);
        self
    }

    #[track_caller]
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.text().contains(text), "{text:?} is missing in\n{}", self.text());
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap()
    }

    /// One clear line on standard error, and nothing on standard output.
    #[track_caller]
    pub fn complains(self, about: &str) -> Self {
        assert!(self.stdout.is_empty(), "{}", self.text());
        assert_eq!(self.stderr.trim_end().lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("saml: ") && self.stderr.contains(about), "{}", self.stderr);
        self.ended(2)
    }
}

/// Runs `saml` with these arguments and this standard input.
pub fn saml_with<A: Display>(stdin: &[u8], arguments: impl IntoIterator<Item = A>) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_saml"))
        .args(arguments.into_iter().map(|argument| argument.to_string()))
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    // A program that reads only so much closes the pipe; that is its right.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran::of(output)
}

/// Runs `saml` with these arguments.
pub fn saml<A: Display>(arguments: impl IntoIterator<Item = A>) -> Ran {
    saml_with(b"", arguments)
}

/// Runs `saml` in a folder.
pub fn saml_in<A: Display>(folder: &str, arguments: impl IntoIterator<Item = A>) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_saml"))
        .args(arguments.into_iter().map(|argument| argument.to_string()))
        .env_remove("RUST_LOG")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran::of(output)
}

/// Runs `saml` in a gibibyte of memory: what it reads may be endless.
pub fn saml_confined<A: Display>(arguments: impl IntoIterator<Item = A>) -> Ran {
    let output = Command::new("sh")
        .args(["-c", "ulimit -v 1048576; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_saml")])
        .args(arguments.into_iter().map(|argument| argument.to_string()))
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran::of(output)
}

/// Runs `saml` with a standard output that nobody reads any more.
pub fn saml_without_reader<A: Display>(arguments: impl IntoIterator<Item = A>) -> Ran {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_saml"))
        .args(arguments.into_iter().map(|argument| argument.to_string()))
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    Ran::of(output)
}

/// A folder that goes with the test.
pub struct Folder(PathBuf);

static FOLDERS: AtomicUsize = AtomicUsize::new(0);

impl Folder {
    pub fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("saml-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The path of a file in it, whether it exists or not.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// The path of a new file in it.
    pub fn file(&self, name: &str, octets: impl AsRef<[u8]>) -> String {
        std::fs::write(self.0.join(name), octets).unwrap();
        self.path(name)
    }

    /// The path of a new file in it that nobody else may read.
    pub fn secret(&self, name: &str, octets: impl AsRef<[u8]>) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.file(name, octets);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}
