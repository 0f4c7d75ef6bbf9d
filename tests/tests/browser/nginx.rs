//! Debian's nginx with one location, in the foreground: one per test, gone when the test is over.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use saml_testkit::left_out::left_out;
use saml_tests::served::listen;

use crate::driver::{PATIENCE, TemporaryFolder};

/// Where it may be: Debian has it where only administrators look for programs.
const PROGRAMS: [&str; 2] = ["/usr/sbin/nginx", "/usr/bin/nginx"];

/// A running nginx, ended by its process id.
pub struct Nginx {
    child: Child,
    _folder: TemporaryFolder,
}

/// A port for an nginx to be.
pub struct Place {
    program: &'static str,
    pub port: u16,
}

impl Place {
    /// A free port; `None` if nginx isn't there. The test is then left out, with a line that says so. Where merging is
    /// decided (`CI=true`), that is a failure.
    pub fn new() -> Option<Self> {
        let Some(program) = PROGRAMS.into_iter().find(|program| Path::new(program).exists()) else {
            left_out("behind nginx", "there is no nginx; `.ci/setup browser` installs it");
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no nginx");
            return None;
        };
        let (listener, port) = listen();
        drop(listener);
        Some(Self { program, port })
    }

    /// Starts it with this location.
    pub fn start(&self, location: &str) -> Nginx {
        let folder = TemporaryFolder::new();
        let file = folder.0.join("nginx.conf");
        fs::write(&file, self.settings(&folder.0, location)).unwrap();
        let mut command = Command::new(self.program);
        command.arg("-p").arg(&folder.0).arg("-c").arg(&file).arg("-e").arg(folder.0.join("error.log"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut nginx = Nginx { child: command.spawn().unwrap(), _folder: folder };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = nginx.child.try_wait().unwrap();
            let log = fs::read_to_string(file.with_file_name("error.log")).unwrap_or_default();
            assert!(ended.is_none() && began.elapsed() < PATIENCE, "nginx does not listen: {log}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        nginx
    }

    /// One process, which leaves its files in the folder.
    fn settings(&self, folder: &Path, location: &str) -> String {
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("    {kind}_temp_path {}/{kind};\n", folder.display()))
            .concat();
        let pid: PathBuf = folder.join("nginx.pid");
        format!(
            "daemon off;\nmaster_process off;\npid {};\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}    \
             server {{\n        listen 127.0.0.1:{};\n{location}\n    }}\n}}\n",
            pid.display(),
            self.port
        )
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}
