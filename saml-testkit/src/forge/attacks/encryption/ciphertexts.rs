//! Attacks 130 and 131: the octets of the ciphertext.
use saml_core::base::Relaxation;

use saml_core::crypto::{CipherMode, ContentCipher};

use super::Desk;
use crate::forge::corpus::Corpus;
use crate::forge::seal::{Sealed, gcm};
use crate::forge::{Context, ForgeError};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    truncated_tags(desk, corpus)?;
    changed(desk, corpus)?;
    vectors(desk, corpus)?;
    for cipher in ContentCipher::ALL.into_iter().filter(|cipher| cipher.mode() == CipherMode::Cbc) {
        chained(desk, corpus, cipher)?;
    }
    Ok(())
}

const FAILED: &str = "decryption.failed";

fn refused(
    desk: &Desk<'_>,
    corpus: &mut Corpus,
    (attack, title): (u16, String),
    parts: &Sealed,
    content: Vec<u8>,
) -> Result<(), ForgeError> {
    let changed = Sealed { content, ..parts.clone() };
    let tree = desk.response([changed.assertion()])?;
    corpus.attack(attack, title).refused(FAILED, tree)
}

/// Attack 131: a truncated or missing tag (CVE-2026-32313).
fn truncated_tags(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let plaintext = desk.plaintext()?;
    let good = desk.seal().seal(&plaintext)?;
    for octets in 0..16_usize {
        let cut = good.content.len().saturating_sub(16_usize.saturating_sub(octets));
        let content = good.content.get(..cut).unwrap_or_default().to_vec();
        let title = format!("GCM: a tag of {octets} octets");
        refused(desk, corpus, (131, title), &good, content)?;
    }
    Ok(())
}

/// Attack 131: any change, and any length.
fn changed(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let length = good.content.len();
    let last = length.saturating_sub(1);
    let places = [
        ("the first octet of the vector", 0),
        ("the last octet of the vector", 11),
        ("the first octet of the ciphertext", 12),
        ("an octet of the ciphertext", length / 2),
        ("the last octet of the ciphertext", length.saturating_sub(17)),
        ("the first octet of the tag", length.saturating_sub(16)),
        ("the last octet of the tag", last),
    ];
    for (title, position) in places {
        for bit in [1, 0x80] {
            let mut content = good.content.clone();
            if let Some(octet) = content.get_mut(position) {
                *octet ^= bit;
            }
            refused(desk, corpus, (131, format!("GCM: {title} changed by {bit}")), &good, content)?;
        }
    }
    for length in [0, 1, 11, 12, 13, 27, 28, 29] {
        let content = good.content.get(..length).unwrap_or_default().to_vec();
        refused(desk, corpus, (131, format!("GCM: {length} octets in all")), &good, content)?;
    }
    for (title, content) in [
        ("an octet after it", [good.content.clone(), vec![0]].concat()),
        ("an octet before it", [vec![0], good.content.clone()].concat()),
        ("twice", good.content.repeat(2)),
        ("noughts in its place", vec![0; length]),
        ("without its vector", good.content.get(12..).unwrap_or_default().to_vec()),
        ("the plaintext in clear", desk.plaintext()?),
    ] {
        refused(desk, corpus, (131, format!("GCM: {title}")), &good, content)?;
    }
    Ok(())
}

/// Attack 131: genuine under a vector of another length, with a tag of any.
fn vectors(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let plaintext = desk.plaintext()?;
    let good = desk.seal().seal(&plaintext)?;
    for octets in [1, 8, 11, 13, 16, 32] {
        let content = gcm(&good.session_key, &vec![7; octets], &plaintext, 16)?;
        refused(desk, corpus, (131, format!("GCM: a vector of {octets} octets")), &good, content)?;
    }
    for octets in [4, 8, 12, 15] {
        let content = gcm(&good.session_key, &[7; 12], &plaintext, octets)?;
        let title = format!("GCM: genuinely made with a tag of {octets} octets");
        refused(desk, corpus, (131, title), &good, content)?;
    }
    // The octets missing from the tag added to the vector: the sum is right.
    let content = gcm(&good.session_key, &[7; 16], &plaintext, 12)?;
    refused(desk, corpus, (131, "GCM: a long vector and a short tag".to_owned()), &good, content)
}

/// Attack 130: the cipher doesn't detect a change; only a reader of the plaintext could.
fn chained(desk: &Desk<'_>, corpus: &mut Corpus, cipher: ContentCipher) -> Result<(), ForgeError> {
    let triple_des = cipher == ContentCipher::TripleDesCbc;
    let (needed, other) = match triple_des {
        true => (Relaxation::TripleDesCbc, Relaxation::AesCbc),
        false => (Relaxation::AesCbc, Relaxation::TripleDesCbc),
    };
    let block: usize = if triple_des { 8 } else { 16 };
    // Half a block of padding, whatever is encrypted; white space before the element says nothing.
    let mut plaintext = vec![b'\n'];
    plaintext.extend(desk.plaintext()?);
    while plaintext.len() % block != block / 2 {
        plaintext.push(b'\n');
    }
    let good = desk.seal().with_cipher(cipher).seal(&plaintext)?;
    let tree = desk.response([good.assertion()])?;
    let conceded = |context: &mut Context| context.relaxations = needed.into();
    corpus.attack(130, format!("{cipher}")).refused("encryption.algorithm_refused", tree.clone())?;
    corpus
        .attack(130, format!("{cipher} where another weakness is conceded"))
        .when(|context| context.relaxations = other.into())
        .refused("encryption.algorithm_refused", tree.clone())?;
    corpus.attack(130, format!("{cipher}, by concession")).when(conceded).decoy(tree)?;
    changed_blocks(desk, corpus, (&good, block), needed)
}

/// Attack 130: changes in every block, the vector first, and of the padding.
fn changed_blocks(
    desk: &Desk<'_>,
    corpus: &mut Corpus,
    (good, block): (&Sealed, usize),
    needed: Relaxation,
) -> Result<(), ForgeError> {
    let cipher = good.cipher;
    let conceded = |context: &mut Context| context.relaxations = needed.into();
    let flipped = |position: usize, bits: u8| {
        let mut content = good.content.clone();
        if let Some(octet) = content.get_mut(position) {
            *octet ^= bits;
        }
        content
    };
    let mut under_concession = |title: String, content: Vec<u8>| {
        let tree = desk.response([Sealed { content, ..good.clone() }.assertion()])?;
        corpus.attack(130, title).when(conceded).refused(FAILED, tree)
    };
    // The next block gets an octet that no UTF-8 has there.
    let blocks = good.content.len() / block;
    let middle =
        |number: &usize| *number < 6 || number.saturating_add(4) > blocks || number.is_multiple_of(9);
    for number in (0..blocks.saturating_sub(1)).filter(middle) {
        let position = number.saturating_mul(block).saturating_add(block / 2 - 1);
        under_concession(format!("{cipher}: block {number} changed"), flipped(position, 0x80))?;
    }
    // The last octet, which gives the length of the padding, changed through the block before it.
    let counter = good.content.len().saturating_sub(block + 1);
    let padding = u8::try_from(block / 2).unwrap_or_default();
    let whole = u8::try_from(block).unwrap_or_default();
    for (title, count) in [
        ("of no octets", 0),
        ("longer than a block", whole.saturating_add(1)),
        ("of 255 octets", 255),
        ("that takes the end tag", whole),
    ] {
        under_concession(format!("{cipher}: padding {title}"), flipped(counter, padding ^ count))?;
    }
    for length in
        [0, 1, block - 1, block, block + 1, 2 * block - 1, good.content.len() - 1, good.content.len() - block]
    {
        let content = good.content.get(..length).unwrap_or_default().to_vec();
        under_concession(format!("{cipher}: {length} octets in all"), content)?;
    }
    under_concession(format!("{cipher}: an octet after it"), [good.content.clone(), vec![0]].concat())?;
    let exchanged = {
        let mut content = good.content.clone();
        if let Some((_, rest)) = content.split_at_mut_checked(block)
            && let Some((one, rest)) = rest.split_at_mut_checked(block)
            && let Some((two, _)) = rest.split_at_mut_checked(block)
        {
            one.swap_with_slice(two);
        }
        content
    };
    under_concession(format!("{cipher}: two blocks exchanged"), exchanged)?;
    // A change that opens: a line feed before the element becomes a space. All else was signed before.
    let tree = desk.response([Sealed { content: flipped(0, b'\n' ^ b' '), ..good.clone() }.assertion()])?;
    corpus
        .attack(130, format!("{cipher}: white space changed, which says nothing"))
        .when(conceded)
        .decoy(tree)
}
