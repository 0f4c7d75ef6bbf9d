use super::*;
use crate::base::EntityId;
use crate::crypto::tests::keys::fresh_rsa;

/// The `EncryptedKey` of a sealed element.
pub(super) fn key_of(xml: &str) -> &str {
    around(xml, "xenc:EncryptedKey").1
}

fn for_key(key: &PrivateKey, name: Option<&str>) -> String {
    let name = name.map(|name| EntityId::try_from(name).unwrap());
    sealed_with(
        PLAIN.as_bytes(),
        &EncryptionTarget { name, ..EncryptionTarget::new(key.public_key().clone()) },
    )
}

fn opened_by(key: &PrivateKey) -> OpeningKey {
    OpeningKey::Own { fingerprint: *key.public_key().fingerprint() }
}

/// With these keys inside the data, and those beside it.
pub(super) fn with_keys(inside: &[&str], references: &str, beside: &[&str]) -> String {
    let good = sealed(PLAIN);
    let declared = |key: &&str| {
        key.replacen(
            "<xenc:EncryptedKey",
            "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
                                            xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"",
            1,
        )
    };
    let beside: String = beside.iter().map(declared).collect();
    good.replacen(key_of(&good), &format!("{references}{}", inside.concat()), 1).replacen(
        "</saml:EncryptedAssertion>",
        &format!("{beside}</saml:EncryptedAssertion>"),
        1,
    )
}

fn named(key: &str, id: &str) -> String {
    key.replacen("<xenc:EncryptedKey", &format!("<xenc:EncryptedKey Id=\"{id}\""), 1)
}

#[test]
fn the_key_may_stand_inside_or_beside_and_be_pointed_at() {
    let good = sealed(PLAIN);
    let ours = key_of(&good);
    let reference =
        "<ds:RetrievalMethod URI=\"#_k\" Type=\"http://www.w3.org/2001/04/xmlenc#EncryptedKey\"/>";
    let cases = [
        with_keys(&[ours], "", &[]),
        with_keys(&[], "", &[ours]),
        with_keys(&[], reference, &[&named(ours, "_k")]),
        with_keys(&[], &reference.repeat(2), &[&named(ours, "_k")]),
    ];
    for xml in cases {
        assert_eq!(open(&xml).unwrap().0, PLAIN, "{xml}");
    }
    // Without KeyInfo at all.
    let xml = with_keys(&[], "", &[ours]);
    let (before, _, after) = around(&xml, "ds:KeyInfo");
    assert_eq!(open(&format!("{before}{after}")).unwrap().0, PLAIN);
}

#[test]
fn a_pointer_to_anything_else_is_refused() {
    let good = sealed(PLAIN);
    let ours = key_of(&good);
    let refused = [
        "<ds:RetrievalMethod URI=\"#_nobody\"/>",
        "<ds:RetrievalMethod URI=\"#\"/>",
        "<ds:RetrievalMethod URI=\"\"/>",
        "<ds:RetrievalMethod URI=\"http://localhost/key\"/>",
        "<ds:RetrievalMethod URI=\"file:///etc/passwd\"/>",
        "<ds:RetrievalMethod/>",
        "<ds:RetrievalMethod URI=\"#_k\" Type=\"http://www.w3.org/2000/09/xmldsig#X509Data\"/>",
        "<ds:RetrievalMethod URI=\"#_k\"><ds:Transforms/></ds:RetrievalMethod>",
    ];
    for reference in refused {
        let xml = with_keys(&[ours], reference, &[&named(ours, "_k")]);
        assert_eq!(code_of(&xml), "encryption.malformed", "{reference}");
    }
    // No element has an empty ID.
    let xml = with_keys(&[ours], "<ds:RetrievalMethod URI=\"#\"/>", &[&named(ours, "")]);
    assert_eq!(code_of(&xml), "encryption.malformed");
    // A key elsewhere in the message is not beside the data.
    let elsewhere = named(ours, "_k").replacen(
        "Id=",
        "xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
                                                        xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=",
        1,
    );
    let xml = with_keys(&[ours], "<ds:RetrievalMethod URI=\"#_k\"/>", &[]);
    assert_eq!(code_of(&format!("<r>{elsewhere}{xml}</r>")), "encryption.malformed");
    // A pointer to the data itself.
    let xml = with_keys(&[ours], "<ds:RetrievalMethod URI=\"#_d\"/>", &[]);
    let xml = xml.replacen("<xenc:EncryptedData ", "<xenc:EncryptedData Id=\"_d\" ", 1);
    assert_eq!(code_of(&xml), "encryption.malformed");
}

#[test]
fn each_of_our_keys_is_tried() {
    let (old, new) = (rsa(2048), fresh_rsa(2048));
    let both = [decrypter(new.clone()), decrypter(old.clone())];
    for key in [&old, &new] {
        let (plain, facts) = open_with(&for_key(key, None), &both, &PeerPolicy::default()).unwrap();
        assert_eq!(plain, PLAIN);
        assert_eq!(facts.key, opened_by(key));
    }
    // RSA PKCS#1 v1.5 never says that a key is the wrong one: the content does.
    let xml = sealed_weakly(PLAIN.as_bytes(), ContentCipher::Aes128Cbc, &KeyTransport::Rsa15);
    let (_, facts) = open_with(&xml, &both, &lenient()).unwrap();
    assert_eq!(facts.key, opened_by(&old));
}

#[test]
fn without_a_key_on_either_side_there_is_none() {
    let none = open_with(&sealed(PLAIN), &[], &PeerPolicy::default()).unwrap_err();
    assert_eq!(none.code().as_str(), "decryption.no_key");
    assert_eq!(code_of(&with_keys(&[], "<ds:KeyName>shared</ds:KeyName>", &[])), "decryption.no_key");
}

#[test]
fn keys_for_others_do_not_disturb() {
    let (stranger, good) = (fresh_rsa(2048), sealed(PLAIN));
    let ours = key_of(&good);
    let theirs = for_key(&stranger, Some("https://other.example.com"));
    let theirs = key_of(&theirs);
    for keys in [[ours, theirs], [theirs, ours]] {
        assert_eq!(open(&with_keys(&keys, "", &[])).unwrap().0, PLAIN);
        assert_eq!(open(&with_keys(&[], "", &keys)).unwrap().0, PLAIN);
    }
    // Wrapped in a way that we don't unwrap.
    let weak = theirs.replace("2001/04/xmlenc#rsa-oaep-mgf1p", "2001/04/xmlenc#kw-tripledes");
    assert_eq!(open(&with_keys(&[&weak, ours], "", &[])).unwrap().0, PLAIN);
    assert_eq!(code_of(&with_keys(&[&weak], "", &[])), "encryption.algorithm_refused");
    assert_eq!(code_of(&with_keys(&[theirs], "", &[])), "decryption.failed");
}

#[test]
fn a_key_marked_as_ours_is_tried_first_and_one_marked_otherwise_still_is() {
    let key = rsa(2048);
    let (other, marked) =
        (for_key(&key, Some("https://other.example.com")), for_key(&key, Some("https://sp.example.com")));
    assert_eq!(open(&other).unwrap().0, PLAIN);
    // The budget of one try goes to the one that is ours, though it stands last.
    let theirs = for_key(&fresh_rsa(2048), None);
    let good = sealed(PLAIN);
    let xml = good.replacen(key_of(&good), &format!("{}{}", key_of(&theirs), key_of(&marked)), 1);
    let content = |xml: &str| xml.rsplit("<xenc:CipherData>").next().unwrap().to_owned();
    let xml = xml.replace(&content(&xml), &content(&marked));
    let document = Document::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap();
    let mut budget = Budget::for_message();
    for _ in 1..Budget::KEY_UNWRAPS {
        budget.spend_key_unwrap().unwrap();
    }
    let policy = PeerPolicy::default();
    let mut opener = Opener {
        keys: &[own_key()],
        shared_keys: &[],
        recipient: "https://sp.example.com",
        policy: &policy,
        limits: &Limits::MESSAGE,
        budget: &mut budget,
    };
    assert!(opener.open(document.root(), saml::ASSERTION).is_ok());
    let spent = opener.open(document.root(), saml::ASSERTION).map(|_| ()).unwrap_err();
    assert_eq!(spent.code().as_str(), "encryption.too_many_keys");
}

#[test]
fn only_so_many_keys_are_read() {
    let good = sealed(PLAIN);
    let ours = key_of(&good);
    assert!(open(&with_keys(&[ours; 2], "", &[ours; 2])).is_ok());
    assert_eq!(code_of(&with_keys(&[ours; 3], "", &[ours; 2])), "encryption.too_many_keys");
    let references = "<ds:RetrievalMethod URI=\"#_k\"/>".repeat(5);
    assert_eq!(code_of(&with_keys(&[], &references, &[&named(ours, "_k")])), "encryption.too_many_keys");
}
