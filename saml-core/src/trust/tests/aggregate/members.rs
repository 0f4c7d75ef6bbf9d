//! What is wrong with one member stays with it.

use super::*;

/// What is wrong with one member, and what the others have of it: nothing.
fn faults(xml: &str) -> Vec<(Option<String>, &'static str)> {
    let mut metadata = read(&signed(xml)).unwrap();
    assert!(metadata.entity(&name("https://b.example.org/")).is_ok(), "{xml}");
    let faults = metadata.faults().map(|(name, error)| (name.map(str::to_owned), error.code().as_str()));
    faults.collect()
}

#[test]
fn an_entity_that_occurs_twice_is_refused_and_the_others_are_not() {
    let doubled = aggregate().replace("entityID='urn:c'", "entityID='https://a.example.org/'");
    let mut metadata = read(&signed(&doubled)).unwrap();
    let refused = metadata.entity(&name("https://a.example.org/")).unwrap_err();
    assert_eq!(refused.code().as_str(), "metadata.entity_ambiguous");
    let twice = ("https://a.example.org/".to_owned(), "metadata.entity_ambiguous");
    assert_eq!(faults(&doubled), [(Some(twice.0), twice.1)]);
    let thrice = doubled.replacen(
        "<md:EntityDescriptor",
        &format!("{}<md:EntityDescriptor", entity("https://a.example.org/", "")),
        1,
    );
    assert_eq!(faults(&thrice).len(), 1);
    assert!(read(&signed(&thrice)).unwrap().entity(&name("https://a.example.org/")).is_err());
}

#[test]
fn a_member_that_can_t_be_read_spoils_no_other() {
    let beside =
        |part: &str| aggregate().replacen("<md:EntityDescriptor", &format!("{part}<md:EntityDescriptor"), 1);
    let of = |name: &str, code| vec![(Some(name.to_owned()), code)];
    for (part, found) in [
        ("<md:EntitiesDescriptor/>", vec![(None, "schema.missing_element")]),
        ("<md:EntityDescriptor/>", vec![(None, "schema.missing_attribute")]),
        ("<md:EntityDescriptor entityID='urn:x' validUntil='soon'/>", of("urn:x", "schema.attribute_value")),
        (
            "<md:EntitiesDescriptor validUntil='soon'><md:EntityDescriptor entityID='urn:x'/></md:EntitiesDescriptor>",
            of("urn:x", "schema.attribute_value"),
        ),
        (
            "<md:EntitiesDescriptor cacheDuration='soon'><md:EntitiesDescriptor><md:EntityDescriptor entityID='urn:x'/>\
             </md:EntitiesDescriptor></md:EntitiesDescriptor>",
            of("urn:x", "schema.attribute_value"),
        ),
        // A name that nobody can ask for.
        (
            &format!("<md:EntityDescriptor entityID='urn:{}'/>", "y".repeat(1021)),
            vec![(None, "schema.attribute_value")],
        ),
        // What is inside is looked at when it is asked for.
        ("<md:EntityDescriptor entityID='urn:x'/>", Vec::new()),
    ] {
        let xml = beside(part);
        assert_eq!(faults(&xml), found, "{part}");
        if part.contains("urn:x") {
            let store = EntitiesInMemory::of([name("urn:x")]);
            let mut metadata = read_with(&signed(&xml), 1000, &Limits::AGGREGATE, store).unwrap();
            assert!(metadata.entity(&name("urn:x")).is_err(), "{part}");
        }
    }
}

/// [Metadata §2.3.1]: an end bounds the element that carries it and what is inside, not its siblings.
#[test]
fn a_member_that_has_expired_is_named_and_left_out_alone() {
    let metadata = read(&signed(&aggregate())).unwrap();
    let expired = |now: &str| -> Vec<String> {
        metadata.expired(instant(now)).map(|(name, end)| format!("{name} {end}")).collect()
    };
    let (a, b) = (name("https://a.example.org/"), name("https://b.example.org/"));
    assert!(expired("2027-12-31T23:59:59Z").is_empty());
    let then = "2028-01-01T00:00:00Z";
    assert_eq!(expired(then), ["https://b.example.org/ 2028-01-01T00:00:00Z"]);
    assert!(metadata.require_current(instant(then)).is_ok());
    assert!(metadata.require_current_entity(&a, instant(then)).is_ok());
    let error = metadata.require_current_entity(&b, instant(then)).unwrap_err();
    assert_eq!(error.code().as_str(), "metadata.expired");
    assert_eq!(error.found().unwrap(), "https://b.example.org/, valid until 2028-01-01T00:00:00Z");
    // The inner group has expired with all that is in it, then the outer one.
    assert_eq!(expired("2029-01-01T00:00:00Z").len(), 2);
    assert!(metadata.require_current(instant("2029-12-31T23:59:59Z")).is_ok());
    let error = metadata.require_current(instant("2030-01-01T00:00:00Z")).unwrap_err();
    assert_eq!(error.code().as_str(), "metadata.expired");
    assert_eq!(error.found().unwrap(), "https://a.example.org/, valid until 2030-01-01T00:00:00Z");
}
