//! A stored password, and the cost of comparing with it.

use std::collections::BTreeMap;

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{ARGON2ID_IDENT, Argon2, Params, PasswordHash, PasswordVerifier as _, Version};

use super::UsersFileError;

/// The most memory of a hash, in KiB.
const MAX_MEMORY_KIB: u32 = 64 * 1024;
/// The most passes over it.
const MAX_PASSES: u32 = 4;
/// Less work than this (KiB times passes) doesn't slow down a thief of the file.
const MIN_WORK: u64 = 8 * 1024;
/// The most work of one attempt: as much as four of the dearest hashes.
const MAX_WORK_OF_AN_ATTEMPT: u64 = 4 * 64 * 1024 * 4;

/// argon2id's parameters, which decide the time and the memory of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    version: u32,
}

impl Cost {
    fn of(hash: &PasswordHash) -> Option<Self> {
        let params = Params::try_from(hash).ok()?;
        let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
        Some(Self {
            memory_kib: params.m_cost(),
            passes: params.t_cost(),
            lanes: params.p_cost(),
            version: version.into(),
        })
    }

    /// Memory times passes, to which the time is proportional.
    pub(super) fn work(self) -> u64 {
        u64::from(self.memory_kib).saturating_mul(u64::from(self.passes))
    }
}

/// A password as the file has it: argon2id, whole, of bearable parameters.
#[derive(Clone, Debug)]
pub(super) struct StoredPassword {
    pub(super) hash: PasswordHash,
    pub(super) cost: Cost,
}

impl StoredPassword {
    /// Reads the hash of `user`.
    ///
    /// # Errors
    /// Not argon2id, not whole, or parameters beyond what one attempt may take, or too cheap to be of use.
    pub(super) fn parse(user: &str, text: &str) -> Result<Self, UsersFileError> {
        let not_argon2id = || UsersFileError::NotArgon2id { user: user.to_owned() };
        let hash = PasswordHash::new(text).map_err(|_error| not_argon2id())?;
        // Without both, a look at it would be over at once, and give the name away.
        let whole = hash.hash.is_some()
            && hash.salt.as_ref().is_some_and(|salt| salt.len() >= argon2::MIN_SALT_LEN)
            && hash.algorithm == ARGON2ID_IDENT;
        let cost = Cost::of(&hash).filter(|_| whole).ok_or_else(not_argon2id)?;
        let user = || user.to_owned();
        let Cost { memory_kib, passes, .. } = cost;
        if memory_kib > MAX_MEMORY_KIB || passes > MAX_PASSES {
            return Err(UsersFileError::TooDear { user: user(), memory_kib, passes });
        }
        if cost.work() < MIN_WORK {
            return Err(UsersFileError::TooCheap { user: user(), memory_kib, passes });
        }
        Ok(Self { hash, cost })
    }
}

/// The hashes that every attempt computes: one for each set of parameters that occurs in the file.
///
/// An attempt computes all of them, whoever it is for. The person's own hash replaces the decoy of the same cost. So no
/// name can be told by the time or the memory that it takes, not even where a file was imported from two places.
#[derive(Debug)]
pub(super) struct Decoys(Vec<StoredPassword>);

impl Decoys {
    /// # Errors
    /// All sets of parameters together are more than one attempt may take, or there is no randomness.
    pub(super) fn for_all<'a>(
        passwords: impl Iterator<Item = &'a StoredPassword>,
        default: &Params,
    ) -> Result<Self, UsersFileError> {
        let mut sets: BTreeMap<Cost, ParamsString> =
            passwords.map(|password| (password.cost, password.hash.params.clone())).collect();
        if sets.is_empty() {
            let params = ParamsString::try_from(default).map_err(|_error| UsersFileError::Hashing)?;
            let decoy = decoy(params, Version::default().into())?;
            sets.insert(Cost::of(&decoy).ok_or(UsersFileError::Hashing)?, decoy.params);
        }
        if sets.keys().map(|cost| cost.work()).sum::<u64>() > MAX_WORK_OF_AN_ATTEMPT {
            return Err(UsersFileError::TooManyCosts { sets: sets.len() });
        }
        let decoys = sets
            .into_iter()
            .map(|(cost, params)| Ok(StoredPassword { hash: decoy(params, cost.version)?, cost }));
        decoys.collect::<Result<_, _>>().map(Self)
    }

    /// Whether `password` is the one that is `stored`. Does the same work for every answer, and for an unknown user.
    pub(super) fn matches(
        &self,
        hashing: &dyn Hashing,
        stored: Option<&StoredPassword>,
        password: &[u8],
    ) -> bool {
        let mut matches = false;
        for decoy in &self.0 {
            let own = stored.filter(|stored| stored.cost == decoy.cost);
            let equal = hashing.matches(own.unwrap_or(decoy), password);
            matches |= equal && own.is_some();
        }
        matches
    }
}

/// A hash of no password: salt and output are random.
fn decoy(params: ParamsString, version: u32) -> Result<PasswordHash, UsersFileError> {
    let mut salt = [0_u8; 16];
    let mut output = [0_u8; 32];
    openssl::rand::rand_bytes(&mut salt).map_err(|_error| UsersFileError::Hashing)?;
    openssl::rand::rand_bytes(&mut output).map_err(|_error| UsersFileError::Hashing)?;
    Ok(PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(version),
        params,
        salt: Some(Salt::new(&salt).map_err(|_error| UsersFileError::Hashing)?),
        hash: Some(Output::new(&output).map_err(|_error| UsersFileError::Hashing)?),
    })
}

/// Compares a password with a hash. A seam for tests, which count instead.
pub(super) trait Hashing: Send + Sync {
    fn matches(&self, stored: &StoredPassword, password: &[u8]) -> bool;
}

/// The real one.
pub(super) struct Argon2id;

impl Hashing for Argon2id {
    fn matches(&self, stored: &StoredPassword, password: &[u8]) -> bool {
        Argon2::default().verify_password(password, &stored.hash).is_ok()
    }
}
