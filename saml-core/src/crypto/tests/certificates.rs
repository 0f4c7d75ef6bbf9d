use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::ec::{Asn1Flag, EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;

use super::keys::{certificate_for, ec, ed25519, rsa, x509_about, x509_for};
use super::openssl_errors_left;
use crate::base::Coded as _;
use crate::crypto::{
    Certificate, CertificateForm, CryptoError, Curve, DigestAlgorithm, PrivateKey, PublicKey, digest,
};

#[test]
fn reads_the_fields_of_a_certificate() {
    for key in [rsa(2048), ec(Curve::P256), ec(Curve::P384), ec(Curve::P521), ed25519()] {
        let certificate = certificate_for(&key);
        assert_eq!(certificate.public_key(), key.public_key());
        assert_eq!(certificate.subject(), "CN=idp,O=Länk\\, Test,C=SE");
        assert_eq!(certificate.not_before().unix(), 1_600_000_000);
        assert_eq!(certificate.not_after().unix(), 1_700_000_000);
        assert_eq!(certificate.form(), CertificateForm::Der);
        let fingerprint = digest(DigestAlgorithm::Sha256, certificate.der()).unwrap();
        assert_eq!(certificate.fingerprint(), Ok(fingerprint));
        assert_eq!(PublicKey::from_certificate_der(certificate.der()), Ok(key.public_key().clone()));
    }
}

#[test]
fn dates_after_2049_and_before_1970_are_read() {
    let key = rsa(2048);
    let mut builder = openssl::x509::X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_pubkey(key.openssl()).unwrap();
    let late = openssl::asn1::Asn1Time::from_str("99991231235959Z").unwrap();
    let early = openssl::asn1::Asn1Time::from_str("19691231235959Z").unwrap();
    builder.set_not_before(&early).unwrap();
    builder.set_not_after(&late).unwrap();
    builder.sign(key.openssl(), openssl::hash::MessageDigest::sha256()).unwrap();
    let certificate = Certificate::from_der(&builder.build().to_der().unwrap()).unwrap();
    assert_eq!(certificate.not_before().unix(), -1);
    assert_eq!(certificate.not_after().to_string(), "9999-12-31T23:59:59Z");
    assert_eq!(certificate.subject(), "");
}

#[test]
fn reads_a_certificate_in_every_wrapping_that_people_paste() {
    let expected = certificate_for(&rsa(2048));
    let base64 = expected.to_base64();
    let pem = expected.to_pem();
    let unpadded = base64.trim_end_matches('=').to_owned();
    let lines: Vec<&str> = pem.lines().collect();
    let body = lines[1..lines.len() - 1].join("\n");
    for (text, form, what) in [
        (base64.clone(), CertificateForm::Base64, "one line"),
        (unpadded, CertificateForm::Base64, "no padding"),
        (body.clone(), CertificateForm::Base64, "lines"),
        (body.replace('\n', "\r\n"), CertificateForm::Base64, "lines with CRLF"),
        (body.replace('\n', " \t\n    "), CertificateForm::Base64, "lines, indented"),
        (body.replace('\n', " "), CertificateForm::Base64, "lines joined by blanks"),
        (format!("\n    {base64}\n  "), CertificateForm::Base64, "surrounded by white space"),
        (pem.clone(), CertificateForm::Pem, "PEM"),
        (pem.replace('\n', "\r\n"), CertificateForm::Pem, "PEM with CRLF"),
        (pem.replace('\n', " "), CertificateForm::Pem, "PEM in one line"),
        (pem.replace('\n', ""), CertificateForm::Pem, "PEM in one line without blanks"),
        (pem.trim_end().to_owned(), CertificateForm::Pem, "PEM without a final line end"),
        (format!("Bag Attributes\n    friendlyName: idp\n{pem}"), CertificateForm::Pem, "words before"),
        (STANDARD.encode(&pem), CertificateForm::Base64OfPem, "Base64 of PEM"),
        (STANDARD.encode(pem.replace('\n', "\r\n")), CertificateForm::Base64OfPem, "Base64 of PEM, CRLF"),
    ] {
        let certificate = Certificate::from_base64(&text).expect(what);
        assert_eq!((&certificate, certificate.form()), (&expected, form), "{what}");
        assert_eq!(Certificate::from_octets(text.as_bytes()), Ok(certificate), "{what}");
    }
    assert_eq!(Certificate::from_octets(expected.der()), Ok(expected.clone()));
    assert_eq!(Certificate::from_pem(&pem), Ok(expected));
}

#[test]
fn refuses_what_is_no_certificate() {
    let certificate = certificate_for(&rsa(2048));
    let (base64, pem) = (certificate.to_base64(), certificate.to_pem());
    for text in [
        "",
        "   ",
        "====",
        "MII",
        "not base64 at all!",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
        &pem.replace("END", "FIN"),
        &pem.replace("END CERTIFICATE", "END PUBLIC KEY"),
        &pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
        &rsa(2048).public_key().to_pem(),
        base64.split_at(base64.len() - 8).0,
        &base64.replace('M', "-"),
        &format!("{base64}<!-- -->"),
        &format!("{base64}{base64}"),
        &STANDARD.encode(&base64),
        "\u{a0}",
    ] {
        assert_eq!(Certificate::from_base64(text), Err(CryptoError::CertificateMalformed), "{text:.40}");
        assert_eq!(openssl_errors_left(), 0);
    }
    assert_eq!(Certificate::from_octets(&[0xff, 0xfe]), Err(CryptoError::CertificateMalformed));
    assert_eq!(Certificate::from_octets(&[]), Err(CryptoError::CertificateMalformed));
}

#[test]
fn several_certificates_are_read_only_where_several_are_asked_for() {
    let (one, two) = (certificate_for(&rsa(2048)), certificate_for(&ec(Curve::P256)));
    let text = format!("{}{}{}", one.to_pem(), rsa(2048).public_key().to_pem(), two.to_pem());
    assert_eq!(Certificate::from_pem(&text), Err(CryptoError::CertificateAmbiguous));
    assert_eq!(Certificate::from_base64(&text), Err(CryptoError::CertificateAmbiguous));
    assert_eq!(Certificate::all_from_pem(&text), Ok(vec![one, two]));
    assert_eq!(Certificate::all_from_pem(""), Err(CryptoError::CertificateMalformed));
}

#[test]
fn a_certificate_has_one_encoding() {
    let der = certificate_for(&rsa(2048)).der().to_vec();
    assert_eq!(der[..2], [0x30, 0x82], "the control: a long certificate");
    let trailing = [&der[..], &[0]].concat();
    let long_length = [&[0x30, 0x83, 0x00], &der[2..]].concat();
    let indefinite = [&[0x30, 0x80], &der[4..], &[0, 0]].concat();
    let inner_indefinite = {
        // TBSCertificate with an indefinite length, the outer length corrected.
        let inner = usize::from(der[6]) << 8 | usize::from(der[7]);
        let (tbs, rest) = der[8..].split_at(inner);
        let content = [&[0x30, 0x80], tbs, &[0, 0], rest].concat();
        crate::crypto::der::encode(0x30, &[&content])
    };
    for (octets, why) in [
        (&trailing, "an octet after the end"),
        (&long_length, "a length with a leading zero"),
        (&indefinite, "an indefinite length"),
        (&inner_indefinite, "an indefinite length inside"),
        (&der[..der.len() - 1].to_vec(), "cut"),
    ] {
        assert_eq!(Certificate::from_der(octets), Err(CryptoError::CertificateMalformed), "{why}");
    }
    for position in 0..der.len() {
        let cut = Certificate::from_der(&der[..position]);
        assert_eq!(cut, Err(CryptoError::CertificateMalformed), "cut at {position}");
    }
}

#[test]
fn no_flipped_octet_changes_a_key_into_another_that_is_taken_for_it() {
    let certificate = certificate_for(&rsa(2048));
    for position in 0..certificate.der().len() {
        for bit in [0x01, 0x80] {
            let mut octets = certificate.der().to_vec();
            octets[position] ^= bit;
            if let Ok(changed) = Certificate::from_der(&octets) {
                assert_ne!(changed, certificate);
                let spki_is_the_same = certificate.public_key().spki_der() == changed.public_key().spki_der();
                assert_eq!(spki_is_the_same, changed.public_key() == certificate.public_key());
            }
        }
    }
}

#[test]
fn keys_of_unsupported_kinds_are_refused_by_name() {
    let koblitz = EcGroup::from_curve_name(Nid::SECP256K1).unwrap();
    let koblitz = PKey::from_ec_key(EcKey::generate(&koblitz).unwrap()).unwrap();
    let mut explicit = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    explicit.set_asn1_flag(Asn1Flag::EXPLICIT_CURVE);
    let explicit = PKey::from_ec_key(EcKey::generate(&explicit).unwrap()).unwrap();
    let dsa = PKey::from_dsa(openssl::dsa::Dsa::generate(1024).unwrap()).unwrap();
    let curve =
        |nid| PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(nid).unwrap()).unwrap()).unwrap();
    let named = "choose P-256, P-384 or P-521, as a named curve";
    for (key, what, instead) in [
        (koblitz, "an EC key on secp256k1", named),
        (curve(Nid::SECP224R1), "an EC key on secp224r1 (P-224)", named),
        (curve(Nid::BRAINPOOL_P256R1), "an EC key on brainpoolP256r1", named),
        (curve(Nid::SECP112R1), "a kind without a name here (1.3.132.0.6)", "choose RSA with 2048 bits"),
        (explicit, "an EC key on a curve that is spelt out by its parameters", named),
        (dsa, "DSA", "choose RSA with 2048 bits"),
    ] {
        let der = x509_for(&key).to_der().unwrap();
        let refused = Certificate::from_der(&der).unwrap_err();
        assert_eq!(refused.code().as_str(), "key.unsupported");
        assert_eq!(refused.found().unwrap(), what);
        assert!(
            refused
                .to_string()
                .starts_with(&format!("a key of this kind is not supported: {what}; {instead}"))
        );
        assert!(refused.hint().unwrap().starts_with(instead), "{refused}");
        assert!(refused.expected().unwrap().starts_with("RSA"), "{refused}");
        // A private key of the kind says the same.
        let private = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap_err();
        assert_eq!(private, refused);
    }
}

#[test]
fn subjects_are_escaped_so_that_they_read_unambiguously() {
    let key = rsa(2048);
    for (value, shown) in [
        ("plain", "plain"),
        (" leading", "\\ leading"),
        ("trailing ", "trailing\\ "),
        ("#hash", "\\#hash"),
        ("a#b c", "a#b c"),
        ("CN=a,O=b", "CN=a\\,O=b"),
        ("a+b;c<d>e\"f\\g", "a\\+b\\;c\\<d\\>e\\\"f\\\\g"),
        ("line\nbreak", "line\\0Abreak"),
        ("é\u{85}", "é\\C2\\85"),
    ] {
        let x509 = x509_about(key.openssl(), &[(Nid::COMMONNAME, value)]);
        let certificate = Certificate::from_der(&x509.to_der().unwrap()).unwrap();
        assert_eq!(certificate.subject(), format!("CN={shown}"));
    }
}

#[test]
fn certificates_are_written_as_they_are_read() {
    let certificate = certificate_for(&ec(Curve::P384));
    assert!(!certificate.to_base64().contains(char::is_whitespace));
    assert!(certificate.to_pem().lines().all(|line| line.len() <= 64));
    assert_eq!(
        openssl::x509::X509::from_pem(certificate.to_pem().as_bytes()).unwrap().to_der().unwrap(),
        certificate.der()
    );
    let shown = format!("{certificate:?}");
    assert!(shown.contains("CN=idp") && shown.contains("EC P-384"), "{shown}");
}
