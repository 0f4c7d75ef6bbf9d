//! The core without a document: events as a token stream tells them.

use super::*;
use crate::base::Coded;
use crate::xml::{ExpandedName, NamespaceBinding};

type Events<'a> = Canonicalizer<&'a mut Vec<u8>>;
type Tell = fn(&mut Events<'_>) -> Result<(), C14nError>;

fn name<'a>(namespace: &'a str, local: &'a str) -> ExpandedName<'a> {
    ExpandedName::new(namespace, local)
}

/// Runs events, exclusively and with comments; returns the canonical form, if there is one.
fn run(events: impl FnOnce(&mut Events<'_>) -> Result<(), C14nError>) -> Result<String, C14nError> {
    run_within(usize::MAX, events)
}

fn run_within(
    canonical_octets: usize,
    events: impl FnOnce(&mut Events<'_>) -> Result<(), C14nError>,
) -> Result<String, C14nError> {
    let limits = Limits { canonical_octets, ..Limits::MESSAGE };
    let mut octets = Vec::new();
    let mut canonicalizer = Canonicalizer::new(WITH_COMMENTS[0], PrefixList::EMPTY, &limits, &mut octets);
    // The outcome of the events is left to `finish`, which must remember it.
    let outcome = events(&mut canonicalizer);
    let finished = canonicalizer.finish().map(|_sink| ());
    assert!(outcome.is_ok() || finished == outcome, "a failure was forgotten: {outcome:?}, {finished:?}");
    assert!(octets.len() <= canonical_octets, "octets beyond the limit");
    finished.map(|()| String::from_utf8(octets).unwrap())
}

#[test]
fn strings_may_die_with_the_call() {
    let form = run(|c| {
        c.comment(&format!("{}", 1))?;
        c.start_element(&"p".repeat(2), name(&format!("urn:{}", 1), &"a".repeat(2)))?;
        c.attribute("", name("", &"z".repeat(2)), &format!("{}", 2))?;
        c.attribute(&"q".repeat(2), name(&format!("urn:{}", 2), &"b".repeat(2)), "3")?;
        c.namespace_declaration(&"q".repeat(2), &format!("urn:{}", 2))?;
        c.text(&"t".repeat(2))?;
        c.text(&"<".repeat(2))?;
        c.start_element("", name("", "b"))?;
        c.end_element()?;
        c.end_element()?;
        c.processing_instruction("p", "")
    });
    assert_eq!(
        form.as_deref(),
        Ok(
            "<!--1-->\n<pp:aa xmlns:pp=\"urn:1\" xmlns:qq=\"urn:2\" zz=\"2\" qq:bb=\"3\">tt&lt;&lt;<b></b></pp:aa>\n<?p?>"
        )
    );
}

#[test]
fn events_that_form_no_document_are_refused() {
    let refused: [Tell; 11] = [
        |_| Ok(()),
        |c| c.comment("only"),
        |c| c.text(" "),
        |c| c.end_element(),
        |c| c.attribute("", name("", "a"), ""),
        |c| c.namespace_declaration("p", "urn:p"),
        |c| c.start_element("", name("", "a")),
        |c| {
            c.start_element("", name("", "a"))?;
            c.text("")?;
            c.attribute("", name("", "a"), "")
        },
        |c| {
            c.start_element("", name("", "a"))?;
            c.end_element()?;
            c.start_element("", name("", "a"))?;
            c.end_element()
        },
        |c| {
            c.start_element("", name("", "a"))?;
            c.start_element("", name("", "b"))?;
            c.inherited_namespace("p", "urn:p")?;
            c.end_element()?;
            c.end_element()
        },
        |c| {
            c.start_element("p", name("urn:1", "a"))?;
            c.attribute("p", name("urn:2", "b"), "")?;
            c.end_element()
        },
    ];
    for (index, events) in refused.into_iter().enumerate() {
        assert_eq!(run(events), Err(C14nError::EventOrder), "{index}");
    }
}

#[test]
fn a_failure_is_final() {
    let form = run(|c| {
        let failure = c.end_element();
        assert_eq!(failure, Err(C14nError::EventOrder));
        assert_eq!(c.start_element("", name("", "a")), failure);
        assert_eq!(c.flush(), failure);
        failure
    });
    assert_eq!(form, Err(C14nError::EventOrder));
}

fn element_of(text: &str) -> impl FnOnce(&mut Events<'_>) -> Result<(), C14nError> {
    move |c| {
        c.start_element("", name("", "a"))?;
        c.text(text)?;
        c.end_element()
    }
}

#[test]
fn the_limit_on_octets_is_exact_and_none_beyond_it_is_written() {
    for length in [0_usize, 1, 100, 4080, 4089, 4090, 4095, 4096, 4097, 10_000] {
        let text = "x".repeat(length);
        let form = run_within(length + 7, element_of(&text)).unwrap();
        assert_eq!(form.len(), length + 7);
        let error = run_within(length + 6, element_of(&text)).unwrap_err();
        assert_eq!(error, C14nError::TooLarge { limit: length + 6 });
        assert_eq!(error.code().as_str(), "c14n.too_large");
    }
}

#[test]
fn a_run_that_is_longer_than_what_is_left_is_not_written() {
    for (length, limit) in [(10_000, 5000), (4096, 4096), (5000, 0)] {
        let error = run_within(limit, element_of(&"x".repeat(length))).unwrap_err();
        assert_eq!(error, C14nError::TooLarge { limit });
    }
}

#[test]
fn many_small_pieces_meet_the_limit_while_they_come() {
    let mut told = 0;
    let outcome = run_within(10_000, |c| {
        c.start_element("", name("", "a"))?;
        loop {
            c.text("&")?;
            told += 1;
        }
    });
    assert_eq!(outcome, Err(C14nError::TooLarge { limit: 10_000 }));
    assert!(told < 3000, "{told}");
}

#[test]
fn long_and_short_runs_arrive_in_order() {
    let long = "l".repeat(5000);
    let short = "s".repeat(3000);
    let form = run(|c| {
        c.start_element("", name("", "a"))?;
        for _ in 0..3 {
            c.text(&long)?;
            c.text(&short)?;
        }
        c.end_element()
    });
    assert_eq!(form.unwrap(), format!("<a>{}</a>", format!("{long}{short}").repeat(3)));
}

/// A sink that shows how it was fed.
#[derive(Debug, Default)]
struct Pieces(Vec<String>);

impl OctetSink for Pieces {
    fn write(&mut self, octets: &[u8]) {
        self.0.push(String::from_utf8(octets.to_vec()).unwrap());
    }
}

#[test]
fn a_flush_divides_the_octets_between_events() {
    let mut contexts = Vec::new();
    let mut c = Canonicalizer::new(EXCLUSIVE, PrefixList::EMPTY, &Limits::METADATA, Pieces::default());
    c.start_element("m", name("urn:m", "all")).unwrap();
    c.attribute("", name("", "b"), "2").unwrap();
    c.attribute("", name("", "a"), "1").unwrap();
    c.flush().unwrap();
    for entity in ["one", "two"] {
        contexts.push(c.namespaces_in_force().unwrap());
        c.start_element("m", name("urn:m", "entity")).unwrap();
        c.attribute("", name("", "id"), entity).unwrap();
        c.end_element().unwrap();
        c.flush().unwrap();
    }
    c.end_element().unwrap();
    let Pieces(pieces) = c.finish().unwrap();
    let context = vec![NamespaceBinding { prefix: "m".to_owned(), uri: "urn:m".into() }];
    assert_eq!(contexts, [context.clone(), context]);
    assert_eq!(
        pieces,
        [
            "<m:all xmlns:m=\"urn:m\" a=\"1\" b=\"2\">",
            "<m:entity id=\"one\"></m:entity>",
            "<m:entity id=\"two\"></m:entity>",
            "</m:all>",
        ]
    );
}

#[test]
fn each_part_of_a_stream_can_be_parsed_with_the_namespaces_in_force() {
    let mut octets = Vec::new();
    let mut c = Canonicalizer::new(EXCLUSIVE, PrefixList::EMPTY, &Limits::METADATA, &mut octets);
    c.start_element("", name("urn:m", "all")).unwrap();
    c.flush().unwrap();
    let context = c.namespaces_in_force().unwrap();
    let start = c.sink().len();
    c.start_element("", name("urn:m", "entity")).unwrap();
    c.end_element().unwrap();
    c.flush().unwrap();
    let part = c.sink()[start..].to_vec();
    assert_eq!(part, b"<entity></entity>");
    let entity = Document::parse_in_context(part, &context, &Limits::MESSAGE).unwrap();
    assert_eq!(entity.root().name(), name("urn:m", "entity"));
    c.end_element().unwrap();
    assert_eq!(c.namespaces_in_force(), Ok(Vec::new()));
    c.finish().unwrap();
}

/// A sink that remembers nothing.
#[derive(Debug)]
struct Nowhere;

impl OctetSink for Nowhere {
    fn write(&mut self, _: &[u8]) {}
}

#[test]
fn what_is_remembered_does_not_grow_with_the_document() {
    let mut sink = Nowhere;
    let mut c =
        Canonicalizer::new(CanonicalizationMethod::IMPLIED, PrefixList::EMPTY, &Limits::METADATA, &mut sink);
    c.start_element("", name("urn:m", "all")).unwrap();
    c.namespace_declaration("", "urn:m").unwrap();
    let mut remembered = Vec::new();
    for _ in 0..100 {
        c.start_element("p", name("urn:p", "entity")).unwrap();
        c.namespace_declaration("p", "urn:p").unwrap();
        c.namespace_declaration("", "urn:other").unwrap();
        c.attribute("", name("", "b"), "<").unwrap();
        c.attribute("", name("", "a"), "<").unwrap();
        c.text(&"text".repeat(100)).unwrap();
        c.end_element().unwrap();
        c.flush().unwrap();
        remembered.push(format!("{c:?}").replace(char::is_numeric, ""));
    }
    remembered.dedup();
    assert_eq!(remembered.len(), 1);
}

#[test]
fn a_relative_namespace_uri_is_an_error_in_each_event_that_brings_one() {
    let refused: [Tell; 4] = [
        |c| c.start_element("p", name("relative", "a")),
        |c| {
            c.start_element("", name("", "a"))?;
            c.namespace_declaration("p", "relative")
        },
        |c| {
            c.start_element("", name("", "a"))?;
            c.inherited_namespace("p", "relative")
        },
        |c| {
            c.start_element("", name("", "a"))?;
            c.attribute("p", name("relative", "a"), "")
        },
    ];
    for (index, events) in refused.into_iter().enumerate() {
        assert_eq!(run(events), Err(C14nError::RelativeNamespace), "{index}");
    }
}
