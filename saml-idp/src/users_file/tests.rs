use std::sync::Mutex;

use super::*;

fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes().to_vec())
}

fn hash(memory_kib: u32, passes: u32, lanes: u32, password: &str) -> String {
    let params = Params::new(memory_kib, passes, lanes, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_with_salt(password.as_bytes(), b"a salt of sixteen").unwrap().to_string()
}

fn user(name: &str, hash: &str) -> String {
    format!(
        "[users.\"{name}\"]\npassword = \"{hash}\"\n[users.\"{name}\".attributes]\nmail = [\"{name}@x\"]\n"
    )
}

#[tokio::test]
async fn admits_the_right_pair_and_nothing_else() {
    let users = UsersFile::parse(&user("ada", &hash_password(&secret("correct horse")).unwrap())).unwrap();
    let person = users.authenticate("ada", &secret("correct horse")).await.unwrap().unwrap();
    assert_eq!(person.attribute("mail"), Some("ada@x"));
    for (user, password) in [("ada", "wrong"), ("ada", ""), ("bob", "correct horse"), ("", "")] {
        assert_eq!(users.authenticate(user, &secret(password)).await.unwrap(), None, "{user} {password}");
    }
    assert_eq!(users.authenticate("ada", &secret(&"x".repeat(5000))).await.unwrap(), None);
}

/// Sets of parameters from two places, and a user whose password is as long as may be.
fn imported() -> UsersFile {
    let longest = "l".repeat(MAX_PASSWORD_OCTETS);
    UsersFile::parse(
        &[
            user("light", &hash(8192, 1, 1, "light")),
            user("lanes", &hash(8192, 1, 4, "lanes")),
            user("usual", &hash_password(&secret("usual")).unwrap()),
            user("other", &hash_password(&secret("other")).unwrap()),
            user("heavy", &hash(32768, 3, 1, "heavy")),
            user("longest", &hash(8192, 1, 1, &longest)),
        ]
        .concat(),
    )
    .unwrap()
}

#[tokio::test]
async fn each_person_signs_in_by_their_own_parameters() {
    let users = imported();
    let names = ["light", "lanes", "usual", "other", "heavy"];
    for name in names {
        for password in names {
            let found = users.authenticate(name, &secret(password)).await.unwrap();
            assert_eq!(found.map(|person| person.user_name), (name == password).then(|| name.to_owned()));
        }
    }
    let longest = "l".repeat(MAX_PASSWORD_OCTETS);
    assert!(users.authenticate("longest", &secret(&longest)).await.unwrap().is_some());
    assert_eq!(users.authenticate("longest", &secret(&format!("{longest}l"))).await.unwrap(), None);
}

/// Counts the hashes and computes none.
#[derive(Default)]
struct Counting(Mutex<Vec<(password::Cost, usize)>>);

impl Hashing for Counting {
    fn matches(&self, stored: &StoredPassword, password: &[u8]) -> bool {
        self.0.lock().unwrap().push((stored.cost, password.len()));
        true
    }
}

/// The hashes that an attempt computes, and the work that they are together.
async fn work(
    users: &UsersFile,
    counting: &Counting,
    name: &str,
    password: &str,
) -> (Vec<password::Cost>, u64) {
    let _person = users.authenticate(name, &secret(password)).await.unwrap();
    let hashed = std::mem::take(&mut *counting.0.lock().unwrap());
    assert!(hashed.iter().all(|(_, octets)| *octets == password.len().min(MAX_PASSWORD_OCTETS)), "{name}");
    (hashed.iter().map(|(cost, _)| *cost).collect(), hashed.iter().map(|(cost, _)| cost.work()).sum())
}

#[tokio::test]
async fn every_attempt_costs_the_same_work() {
    let counting = Arc::new(Counting::default());
    let users = UsersFile { hashing: counting.clone(), ..imported() };
    let (expected, together) = work(&users, &counting, "nobody", "x").await;
    // The dearest, and one of each that is cheaper.
    assert_eq!((expected.len(), together), (4, 8192 + 8192 + 2 * 19_456 + 3 * 32_768));
    let long = "n".repeat(4000);
    for name in
        ["light", "lanes", "usual", "other", "heavy", "longest", "nobody", "LIGHT", " light", "", &long]
    {
        for password in
            ["x", name, "", &"p".repeat(MAX_PASSWORD_OCTETS), &"p".repeat(MAX_PASSWORD_OCTETS + 1), &long]
        {
            let name_and_length = (name, password.len());
            assert_eq!(work(&users, &counting, name, password).await.0, expected, "{name_and_length:?}");
        }
    }
}

#[tokio::test]
async fn a_file_of_one_kind_costs_one_hash_and_an_empty_one_too() {
    for (text, expected) in [
        (String::new(), 2 * 19_456),
        (user("ada", &hash_password(&secret("x")).unwrap()), 2 * 19_456),
        ([user("ada", &hash(65_536, 4, 1, "x")), user("bob", &hash(65_536, 4, 1, "y"))].concat(), 4 * 65_536),
    ] {
        let counting = Arc::new(Counting::default());
        let users = UsersFile { hashing: counting.clone(), ..UsersFile::parse(&text).unwrap() };
        for name in ["ada", "bob", "nobody"] {
            let (hashes, together) = work(&users, &counting, name, "x").await;
            assert_eq!((hashes.len(), together), (1, expected), "{name}");
        }
    }
}

/// A hash whose parameters can be written down without paying for them.
fn unpaid(params: &str) -> String {
    format!("$argon2id$v=19${params}$YSBzYWx0IG9mIHNpeHRlZW4$tpjzCI2/BzgCUjd2O92wI9B14K1GjUp0ywctisSqNkI")
}

#[test]
fn refuses_passwords_in_clear_and_weaker_hashes() {
    let no_output = "$argon2id$v=19$m=19456,t=2,p=1$YSBzYWx0IG9mIHNpeHRlZW4";
    let no_salt = "$argon2id$v=19$m=19456,t=2,p=1";
    let unknown_version = unpaid("m=19456,t=2,p=1").replace("v=19", "v=99");
    let others = [
        "hunter2",
        "$argon2i$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$AAAA",
        "",
        no_output,
        no_salt,
        &unknown_version,
    ];
    for password in others {
        let refused = UsersFile::parse(&user("ada", password)).err().unwrap();
        assert!(
            matches!(&refused, UsersFileError::NotArgon2id { user } if user == "ada"),
            "{password}: {refused}"
        );
    }
    assert!(matches!(UsersFile::parse("[users.ada]\nhash = 1\n"), Err(UsersFileError::Toml(_))));
}

#[test]
fn parameters_have_a_ceiling_and_a_floor_and_the_user_is_named() {
    for (params, refused) in [
        ("m=65536,t=4,p=1", None),
        ("m=65536,t=4,p=4", None),
        ("m=8192,t=1,p=1", None),
        ("m=2048,t=4,p=1", None),
        ("m=65537,t=1,p=1", Some("m=65537, t=1: at most m=65536, t=4")),
        ("m=19456,t=5,p=1", Some("m=19456, t=5: at most m=65536, t=4")),
        ("m=4294967295,t=4294967295,p=1", Some("at most m=65536, t=4")),
        ("m=8191,t=1,p=1", Some("m times t must be at least 8192")),
        ("m=8,t=4,p=1", Some("m times t must be at least 8192")),
    ] {
        let text = [user("zoe", &unpaid("m=19456,t=2,p=1")), user("ada", &unpaid(params))].concat();
        let found = UsersFile::parse(&text).err().map(|error| error.to_string());
        match (refused, found) {
            (None, found) => assert_eq!(found, None, "{params}"),
            (Some(text), Some(found)) => {
                assert!(found.contains(text) && found.contains("\"ada\""), "{found}")
            }
            (Some(_), None) => panic!("{params} is taken"),
        }
    }
}

#[test]
fn an_attempt_does_not_pay_for_any_number_of_parameters() {
    let users = |sets: u32| -> String {
        (0..sets)
            .map(|set| user(&format!("u{set}"), &unpaid(&format!("m={},t=4,p=1", 65_536 - set))))
            .collect()
    };
    assert!(UsersFile::parse(&users(4)).is_ok());
    let refused = UsersFile::parse(&users(5)).err().unwrap();
    assert!(matches!(refused, UsersFileError::TooManyCosts { sets: 5 }), "{refused}");
}
