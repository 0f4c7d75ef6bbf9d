use super::keys::{certificate_for, rsa, x509_for};
use crate::crypto::{Certificate, CertificateForm};

#[test]
fn reads_the_fields_of_a_certificate() {
    let key = rsa(2048);
    let certificate = certificate_for(&key);
    assert_eq!(certificate.public_key(), key.public_key());
    assert_eq!(certificate.subject(), "CN=idp.example.org,O=Länk\\, Test,C=SE");
    assert_eq!(certificate.not_before().unix(), 1_600_000_000);
    assert_eq!(certificate.not_after().unix(), 1_700_000_000);
    assert_eq!(certificate.form(), CertificateForm::Der);
    assert_eq!(certificate.der(), x509_for(key.openssl()).to_der().unwrap());
    assert_eq!(Certificate::from_base64(&certificate.to_base64()), Ok(certificate));
}
