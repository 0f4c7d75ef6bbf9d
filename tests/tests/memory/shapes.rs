//! Content that is large in one respect and small in all others.

/// A way to fill so many octets, for the content of an element or its attributes.
#[derive(Clone, Copy)]
pub struct Shape {
    pub name: &'static str,
    /// Elements and text, in which `x` and `y` are bound to foreign namespaces.
    pub content: fn(usize) -> String,
}

/// Repeats pieces until so many octets are full.
fn fill(octets: usize, piece: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(octets + 8192);
    let mut number = 0;
    while text.len() < octets {
        text.push_str(&piece(number));
        number += 1;
    }
    text
}

/// One element of a foreign namespace around something.
fn within(content: &str) -> String {
    format!("<x:e>{content}</x:e>")
}

fn long_uri(number: usize) -> String {
    format!("urn:{number:06}:{}", "u".repeat(1000))
}

/// A number as a name, as short as can be.
fn name(mut number: usize) -> String {
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(letters[number % letters.len()]));
        number /= letters.len();
        if number == 0 {
            // Not one that would be an identifier.
            return if name.eq_ignore_ascii_case("id") { format!("{name}_") } else { name };
        }
    }
}

fn attributes(count: usize, prefix: &str, from: usize) -> String {
    (0..count).map(|number| format!(" {prefix}{}=\"\"", name(from + number))).collect()
}

pub const SHAPES: &[Shape] = &[
    Shape {
        name: "elements of a long namespace",
        content: |octets| format!("<x xmlns=\"{}\">{}</x>", long_uri(0), fill(octets, |_| "<a/>".into())),
    },
    Shape {
        name: "attributes of a long namespace",
        content: |octets| {
            let element = |number| format!("<p:a{}/>", attributes(100, "p:", number % 7));
            format!("<x:e xmlns:p=\"{}\">{}</x:e>", long_uri(0), fill(octets, element))
        },
    },
    Shape {
        name: "types of a long namespace",
        content: |octets| {
            let xsi = "http://www.w3.org/2001/XMLSchema-instance";
            let element = |number: usize| format!("<x:a i:type=\"p:t{}\"/>", number % 100);
            format!("<x:e xmlns:i=\"{xsi}\" xmlns:p=\"{}\">{}</x:e>", long_uri(0), fill(octets, element))
        },
    },
    Shape {
        name: "empty elements",
        content: |octets| format!("<x xmlns=\"urn:x\">{}</x>", fill(octets, |_| "<a/>".into())),
    },
    Shape { name: "elements beside each other", content: |octets| fill(octets, |_| "<x:a/>".into()) },
    Shape {
        name: "elements and single letters",
        content: |octets| format!("<x xmlns=\"urn:x\">{}</x>", fill(octets, |_| "<a/>b".into())),
    },
    Shape {
        name: "the same attributes",
        content: |octets| within(&fill(octets, |_| format!("<x:a{}/>", attributes(128, "", 0)))),
    },
    Shape {
        name: "attributes, each time others",
        content: |octets| {
            within(&fill(octets, |number| format!("<x:a{}/>", attributes(120, "", number % 9))))
        },
    },
    Shape {
        name: "attributes with names of their own",
        content: |octets| {
            within(&fill(octets, |number| format!("<x:a{}/>", attributes(128, "", number * 128))))
        },
    },
    Shape {
        name: "few elements, then attributes",
        content: |octets| {
            let text = "t".repeat(octets / 2);
            let element = |number| format!("<x:a{}/>", attributes(120, "", number % 9));
            within(&format!("<x:a>{text}</x:a>{}", fill(octets / 2, element)))
        },
    },
    Shape {
        name: "attributes, then text",
        content: |octets| {
            let element = |number| format!("<x:a{}/>", attributes(120, "", number % 9));
            within(&format!("{}<x:a>{}</x:a>", fill(octets / 2, element), "t".repeat(octets / 2)))
        },
    },
    Shape {
        name: "four thousand namespaces",
        content: |octets| {
            let declarations = |from: usize| {
                (0..60).map(|n| format!(" xmlns:{}=\"urn:p\"", name(from + n))).collect::<String>()
            };
            let element = |number: usize| {
                if number < 66 {
                    format!("<x:a{}/>", declarations(number * 60))
                } else {
                    "<x:b>text</x:b>".into()
                }
            };
            within(&fill(octets, element))
        },
    },
    Shape {
        name: "long namespaces",
        content: |octets| {
            within(&fill(octets.min(3_000_000), |number| format!("<p:a xmlns:p=\"{}\"/>", long_uri(number))))
        },
    },
    Shape {
        name: "long names",
        content: |octets| within(&fill(octets, |number| format!("<x:{}{number}/>", "n".repeat(490)))),
    },
    Shape {
        name: "long names of attributes",
        content: |octets| {
            within(&fill(octets, |number| format!("<x:a x:{}{number}=\"\"/>", "n".repeat(490))))
        },
    },
    Shape {
        name: "deep nests",
        content: |octets| {
            let nest = format!("{}{}", "<x:a>".repeat(50), "</x:a>".repeat(50));
            fill(octets, |_| nest.clone())
        },
    },
    Shape {
        name: "identifiers",
        content: |octets| within(&fill(octets, |number| format!("<x:a ID=\"{}\"/>", name(number)))),
    },
    Shape { name: "one text", content: |octets| within(&"t".repeat(octets)) },
    Shape { name: "one text of references", content: |octets| within(&"&lt;".repeat(octets / 4)) },
    Shape { name: "one text of numbers", content: |octets| within(&"&#65;".repeat(octets / 5)) },
    Shape {
        name: "one text that canonicalisation quadruples",
        content: |octets| within(&">".repeat(octets.min(1_000_000))),
    },
    Shape {
        name: "texts that canonicalisation quadruples",
        content: |octets| within(&fill(octets.min(700_000), |_| "<x:a>>>>>>>>></x:a>".into())),
    },
    Shape {
        name: "one text of carriage returns",
        content: |octets| within(&"\r".repeat(octets.min(700_000))),
    },
    Shape {
        name: "one value of quotes",
        content: |octets| format!("<x:a b='{}'/>", "\"".repeat(octets.min(60_000))),
    },
    Shape {
        name: "one value of references",
        content: |octets| format!("<x:a b='{}'/>", "&gt;".repeat(octets / 4)),
    },
    Shape {
        name: "values of references",
        content: |octets| within(&fill(octets, |number| format!("<x:a b='&gt;' c='{}&lt;'/>", number % 10))),
    },
    Shape { name: "sections", content: |octets| within(&fill(octets, |_| "<![CDATA[x]]>".into())) },
    Shape { name: "comments", content: |octets| within(&fill(octets, |_| "<!---->".into())) },
    Shape {
        name: "comments with carriage returns",
        content: |octets| within(&fill(octets, |_| "<!--\r-->".into())),
    },
    Shape { name: "processing instructions", content: |octets| within(&fill(octets, |_| "<?a?>".into())) },
    Shape { name: "white space", content: |octets| within(&" ".repeat(octets)) },
    Shape {
        name: "a redeclaration on each element",
        content: |octets| within(&fill(octets.min(130_000), |_| "<a xmlns=\"urn:a\"/>".into())),
    },
    Shape {
        name: "siblings that canonicalisation declares anew",
        content: |octets| {
            format!(
                "<x:e xmlns:p=\"{}\">{}</x:e>",
                long_uri(0),
                fill(octets.min(18_000), |_| "<p:a/>".into())
            )
        },
    },
];

/// Elements that may be repeated in an assertion or a message, each as short as possible.
pub mod lists {
    use super::fill;

    pub fn attributes(octets: usize) -> String {
        fill(octets, |number| format!("<saml:Attribute Name=\"{}\"/>", super::name(number)))
    }

    pub fn values(octets: usize) -> String {
        let values = fill(octets, |_| "<saml:AttributeValue/>".into());
        format!("<saml:Attribute Name=\"a\">{values}</saml:Attribute>")
    }

    pub fn letters(octets: usize) -> String {
        let values = fill(octets, |_| "<saml:AttributeValue>a</saml:AttributeValue>".into());
        format!("<saml:Attribute Name=\"a\">{values}</saml:Attribute>")
    }

    pub fn values_of_markup(octets: usize) -> String {
        let values = fill(octets, |_| "<saml:AttributeValue><x:a/></saml:AttributeValue>".into());
        format!("<saml:Attribute Name=\"a\" xmlns:x=\"{}\">{values}</saml:Attribute>", super::long_uri(0))
    }

    pub fn foreign_attributes(octets: usize) -> String {
        let foreign = super::attributes(120, "x:", 0);
        fill(octets, |number| format!("<saml:Attribute Name=\"{}\"{foreign}/>", super::name(number)))
    }

    pub fn encrypted_attributes(octets: usize) -> String {
        fill(octets, |_| "<saml:EncryptedAttribute><xenc:EncryptedData/></saml:EncryptedAttribute>".into())
    }

    pub fn confirmations(octets: usize) -> String {
        fill(octets, |_| "<saml:SubjectConfirmation Method=\"a\"/>".into())
    }

    pub fn audiences(octets: usize) -> String {
        fill(octets, |_| "<saml:Audience>a</saml:Audience>".into())
    }

    pub fn restrictions(octets: usize) -> String {
        fill(octets, |_| {
            "<saml:AudienceRestriction><saml:Audience>a</saml:Audience></saml:AudienceRestriction>".into()
        })
    }

    pub fn conditions(octets: usize) -> String {
        fill(octets, |_| "<saml:Condition/>".into())
    }

    pub fn authn_statements(octets: usize) -> String {
        fill(octets, |_| {
            "<saml:AuthnStatement AuthnInstant=\"2026-11-20T12:00:00Z\"><saml:AuthnContext><saml:AuthnContextClassRef>\
             a</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
                .into()
        })
    }
}
