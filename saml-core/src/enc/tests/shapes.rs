use super::*;

/// Replaces the first occurrence, which must be there.
fn with(from: &str, to: &str) -> String {
    let good = sealed(PLAIN);
    assert!(good.contains(from), "{from} is not in {good}");
    good.replacen(from, to, 1)
}

#[test]
fn what_is_outside_the_profile_is_refused_whatever_is_in_it() {
    const HIDDEN: &str = "<x xmlns=\"urn:x\"><a/></x>";
    let cipher_value = |replacement: &str| {
        let good = sealed(PLAIN);
        let (before, rest) = good.rsplit_once("<xenc:CipherValue>").unwrap();
        let (_, after) = rest.split_once("</xenc:CipherValue>").unwrap();
        format!("{before}{replacement}{after}")
    };
    let cases = [
        ("CipherReference", cipher_value("<xenc:CipherReference URI=\"http://localhost/\"/>")),
        (
            "CipherValue and CipherReference",
            with(
                "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>",
                "</xenc:CipherValue><xenc:CipherReference URI=\"#_r\"/></xenc:CipherData></xenc:EncryptedKey>",
            ),
        ),
        ("a comment in CipherValue", with("<xenc:CipherValue>", "<xenc:CipherValue><!-- -->")),
        ("an element in CipherValue", with("<xenc:CipherValue>", "<xenc:CipherValue><x/>")),
        ("not Base64", cipher_value("<xenc:CipherValue>!</xenc:CipherValue>")),
        ("Type Content", with("xmlenc#Element\"", "xmlenc#Content\"")),
        ("another Type", with("http://www.w3.org/2001/04/xmlenc#Element\"", "urn:x\"")),
        (
            "two EncryptedData",
            with(
                "</xenc:EncryptedData>",
                "</xenc:EncryptedData><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"/>",
            ),
        ),
        (
            "EncryptedData in EncryptedData",
            with("<xenc:CipherData>", "<xenc:EncryptedData/><xenc:CipherData>"),
        ),
        (
            "something beside the data",
            with("</saml:EncryptedAssertion>", &format!("{HIDDEN}</saml:EncryptedAssertion>")),
        ),
        (
            "an assertion beside the data",
            with("</saml:EncryptedAssertion>", "<saml:Assertion/></saml:EncryptedAssertion>"),
        ),
        ("text beside the data", with("</saml:EncryptedAssertion>", "text</saml:EncryptedAssertion>")),
        ("an attribute of KeyInfo", with("<ds:KeyInfo ", "<ds:KeyInfo x=\"\" ")),
        (
            "an attribute of a key's KeyInfo",
            with(
                "<xenc:CipherData>",
                "<ds:KeyInfo x=\"\"><ds:KeyName>a</ds:KeyName></ds:KeyInfo><xenc:CipherData>",
            ),
        ),
        (
            "something after the parameters",
            with("aes256-gcm\"/>", &format!("aes256-gcm\">{HIDDEN}</xenc:EncryptionMethod>")),
        ),
        (
            "something in a DigestMethod",
            with("xmldsig#sha1\"/>", &format!("xmldsig#sha1\">{HIDDEN}</ds:DigestMethod>")),
        ),
        (
            "something after the references",
            with(
                "</xenc:EncryptedKey>",
                &format!(
                    "<xenc:ReferenceList><xenc:DataReference URI=\"#_d\"/>{HIDDEN}</xenc:ReferenceList></xenc:EncryptedKey>"
                ),
            ),
        ),
        ("a signature in KeyInfo", with("</ds:KeyInfo>", "<ds:Signature/></ds:KeyInfo>")),
        (
            "an object in a hint",
            with("</ds:KeyInfo>", "<ds:X509Data><ds:Object/></ds:X509Data></ds:KeyInfo>"),
        ),
        (
            "EncryptedKey within an EncryptedKey",
            with("<xenc:CipherData>", "<ds:KeyInfo><xenc:EncryptedKey/></ds:KeyInfo><xenc:CipherData>"),
        ),
        (
            "RetrievalMethod within an EncryptedKey",
            with(
                "<xenc:CipherData>",
                "<ds:KeyInfo><ds:RetrievalMethod URI=\"#_k\"/></ds:KeyInfo><xenc:CipherData>",
            ),
        ),
        (
            "no EncryptionMethod",
            with("<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/>", ""),
        ),
        ("an unknown attribute", with("<xenc:EncryptedKey>", "<xenc:EncryptedKey x=\"\">")),
        ("a second kind of identifier", with("<xenc:EncryptedKey>", "<xenc:EncryptedKey xml:id=\"x\">")),
        (
            "a wrong KeySize",
            with("aes256-gcm\"/>", "aes256-gcm\"><xenc:KeySize>128</xenc:KeySize></xenc:EncryptionMethod>"),
        ),
        (
            "a KeySize that is none",
            with("aes256-gcm\"/>", "aes256-gcm\"><xenc:KeySize>x</xenc:KeySize></xenc:EncryptionMethod>"),
        ),
        (
            "OAEP for a cipher",
            with(
                "aes256-gcm\"/>",
                "aes256-gcm\"><ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Algorithm=\"urn:x\"/></xenc:EncryptionMethod>",
            ),
        ),
        (
            "two DigestMethods",
            with("<ds:DigestMethod", "<ds:DigestMethod Algorithm=\"urn:x\"/><ds:DigestMethod"),
        ),
        (
            "a mask for the first form",
            with(
                "<ds:DigestMethod",
                "<m:MGF xmlns:m=\"http://www.w3.org/2009/xmlenc11#\" Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/><ds:DigestMethod",
            ),
        ),
        ("a KeySize for RSA", with("<ds:DigestMethod", "<xenc:KeySize>2048</xenc:KeySize><ds:DigestMethod")),
        (
            "a DataReference elsewhere",
            with(
                "</xenc:EncryptedKey>",
                "<xenc:ReferenceList><xenc:DataReference URI=\"http://localhost/\"/></xenc:ReferenceList></xenc:EncryptedKey>",
            ),
        ),
        ("an empty ReferenceList", with("</xenc:EncryptedKey>", "<xenc:ReferenceList/></xenc:EncryptedKey>")),
        (
            "a foreign DataReference",
            with(
                "</xenc:EncryptedKey>",
                &format!(
                    "<xenc:ReferenceList><xenc:DataReference URI=\"#_d\">{HIDDEN}</xenc:DataReference></xenc:ReferenceList></xenc:EncryptedKey>"
                ),
            ),
        ),
    ];
    for (name, xml) in cases {
        assert_eq!(code_of(&xml), "encryption.malformed", "{name}: {xml}");
    }
}

/// Where advice may stand, with `advice` there.
fn advised(advice: &str) -> [(&'static str, String); 9] {
    let in_key = |info: &str| with("<xenc:CipherData>", &format!("{info}<xenc:CipherData>"));
    let at_end = |end: &str, added: String| with(end, &format!("{added}{end}"));
    [
        ("KeyInfo of the data", at_end("</ds:KeyInfo>", advice.to_owned())),
        ("a hint of the data", at_end("</ds:KeyInfo>", format!("<ds:X509Data>{advice}</ds:X509Data>"))),
        (
            "a foreign hint of the data",
            at_end("</ds:KeyInfo>", format!("<y:Token xmlns:y=\"urn:y\">{advice}</y:Token>")),
        ),
        ("KeyInfo of the key", in_key(&format!("<ds:KeyInfo>{advice}</ds:KeyInfo>"))),
        (
            "a hint of the key",
            in_key(&format!("<ds:KeyInfo><ds:MgmtData>{advice}</ds:MgmtData></ds:KeyInfo>")),
        ),
        (
            "a foreign hint of the key",
            in_key(&format!("<ds:KeyInfo><y:Token xmlns:y=\"urn:y\">{advice}</y:Token></ds:KeyInfo>")),
        ),
        (
            "EncryptionProperties of the data",
            at_end(
                "</xenc:EncryptedData>",
                format!("<xenc:EncryptionProperties>{advice}</xenc:EncryptionProperties>"),
            ),
        ),
        (
            "EncryptionProperties of the key",
            at_end(
                "</xenc:EncryptedKey>",
                format!(
                    "<xenc:EncryptionProperties Id=\"_p\"><xenc:EncryptionProperty>{advice}</xenc:EncryptionProperty>\
                     </xenc:EncryptionProperties>"
                ),
            ),
        ),
        (
            "the name of the key",
            at_end("</xenc:EncryptedKey>", format!("<xenc:CarriedKeyName>{advice}</xenc:CarriedKeyName>")),
        ),
    ]
}

/// [Core §5.4.5] and the schemas of XML Signature and XML Encryption let in anything at all, and nothing depends on it.
#[test]
fn advice_never_refuses() {
    for advice in [
        "",
        "text",
        "<x xmlns=\"urn:x\"><a b=\"c\">text</a><!-- --></x>",
        "<o:SecurityTokenReference xmlns:o=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
         <o:KeyIdentifier ValueType=\"urn:x\">AA==</o:KeyIdentifier></o:SecurityTokenReference>",
        "<ds:KeyName x=\"\">a <x/> name</ds:KeyName>",
        "<ds:X509Data><ds:X509SKI>no Base64</ds:X509SKI></ds:X509Data><ds:PGPData/><ds:SPKIData/><ds:MgmtData>m</ds:MgmtData>",
        "<xenc:AgreementMethod Algorithm=\"urn:x\"><xenc:KA-Nonce>AA==</xenc:KA-Nonce></xenc:AgreementMethod>",
        "<d:DerivedKey xmlns:d=\"http://www.w3.org/2009/xmlenc11#\"/>",
        "<k:KeyInfoReference xmlns:k=\"http://www.w3.org/2009/xmldsig11#\" URI=\"http://localhost/\"/>",
    ] {
        for (place, xml) in advised(advice) {
            // The prefixes that the key stands in.
            let xml = xml.replace(
                "<xenc:EncryptedData ",
                "<xenc:EncryptedData xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" ",
            );
            match open(&xml) {
                Ok((plain, _)) => assert_eq!(plain, PLAIN, "{place}: {xml}"),
                Err(refused) => panic!("{place}, {advice}: {} {:?}", refused.code(), refused.found()),
            }
        }
    }
    for name in ["xenc:EncryptedData", "xenc:EncryptedKey"] {
        for encoding in ["http://www.w3.org/2000/09/xmldsig#base64", "urn:x", ""] {
            let xml = with(&format!("<{name}"), &format!("<{name} Encoding=\"{encoding}\""));
            assert_eq!(open(&xml).unwrap().0, PLAIN, "{xml}");
        }
    }
}

#[test]
fn advice_is_no_hiding_place() {
    for hidden in [
        "<saml:Assertion/>",
        "<saml:EncryptedAssertion/>",
        "<x xmlns=\"urn:x\"><saml:Assertion ID=\"_x\"/></x>",
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>",
        "<ds:Signature/>",
        "<x xmlns=\"urn:x\"><ds:Object/></x>",
        "<xenc:EncryptedData/>",
    ] {
        for (place, xml) in advised(hidden) {
            let xml = xml.replace(
                "<xenc:EncryptedData xmlns:xenc",
                "<xenc:EncryptedData xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" xmlns:xenc",
            );
            assert_eq!(code_of(&xml), "encryption.malformed", "{place}: {xml}");
        }
    }
}

#[test]
fn what_says_nothing_new_does_no_harm() {
    let cases = [
        with(" Type=\"http://www.w3.org/2001/04/xmlenc#Element\"", ""),
        with("<xenc:EncryptedData ", "<xenc:EncryptedData Id=\"_d\" MimeType=\"text/xml\" "),
        with("aes256-gcm\"/>", "aes256-gcm\"><xenc:KeySize>256</xenc:KeySize></xenc:EncryptionMethod>"),
        with("<ds:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/>", ""),
        with("<ds:KeyInfo ", "<!-- a comment --> <ds:KeyInfo "),
        with(
            "</ds:KeyInfo>",
            "<ds:KeyName>any</ds:KeyName><ds:X509Data><ds:X509SKI/></ds:X509Data></ds:KeyInfo>",
        ),
        with(
            "</xenc:EncryptedKey>",
            "<xenc:ReferenceList><xenc:DataReference URI=\"#_d\"/></xenc:ReferenceList>\
             <xenc:CarriedKeyName>any</xenc:CarriedKeyName></xenc:EncryptedKey>",
        ),
        with("<xenc:CipherValue>", "<xenc:CipherValue>\r\n \t"),
    ];
    for xml in cases {
        assert_eq!(open(&xml).unwrap().0, PLAIN, "{xml}");
    }
}

#[test]
fn unknown_algorithms_are_the_policy_s_to_refuse() {
    let cases = [
        with("xmlenc11#aes256-gcm", "xmlenc11#aes256-ctr"),
        with("rsa-oaep-mgf1p", "rsa-oaep-mgf2"),
        with("rsa-oaep-mgf1p", "kw-tripledes"),
        with("xmldsig#sha1", "xmldsig#md5"),
    ];
    for xml in cases {
        assert_eq!(code_of(&xml), "encryption.algorithm_refused", "{xml}");
    }
}

/// One parameter at a time: a check that asks whether all of them are there would let each one pass.
#[test]
fn any_parameter_of_oaep_for_rsa_1_5_is_refused() {
    let bare = sealed_weakly(PLAIN.as_bytes(), ContentCipher::Aes256Gcm, &KeyTransport::Rsa15);
    assert!(open_with(&bare, &[own_key()], &lenient()).is_ok());
    let method = "xmlenc#rsa-1_5\"/>";
    assert!(bare.contains(method), "{bare}");
    for parameter in [
        "<xenc:OAEPparams>AAAA</xenc:OAEPparams>",
        "<ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/>",
        "<x:MGF xmlns:x=\"http://www.w3.org/2009/xmlenc11#\" Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha1\"/>",
    ] {
        let xml = bare.replace(method, &format!("xmlenc#rsa-1_5\">{parameter}</xenc:EncryptionMethod>"));
        let refused = open_with(&xml, &[own_key()], &lenient()).unwrap_err();
        assert_eq!(refused.code().as_str(), "encryption.malformed", "{xml}");
    }
}

#[test]
fn a_relabelled_cipher_opens_nothing() {
    for cipher in ["2009/xmlenc11#aes128-gcm", "2001/04/xmlenc#aes256-cbc", "2001/04/xmlenc#tripledes-cbc"] {
        let xml = with("2009/xmlenc11#aes256-gcm", cipher);
        let refused = open_with(&xml, &[own_key()], &lenient()).unwrap_err();
        assert_eq!(refused.code().as_str(), "decryption.failed", "{cipher}");
    }
}
