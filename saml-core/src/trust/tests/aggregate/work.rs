//! The work of reading, by the length of the input.

use super::*;
use crate::base::steps_of;

const MEMBER: &str = "<md:EntityDescriptor entityID='urn:NUMBER'><md:SPSSODescriptor \
    protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'><md:AssertionConsumerService index='0' \
    Location='https://sp.example.org/' Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'/>\
    </md:SPSSODescriptor></md:EntityDescriptor>";

fn member(number: usize) -> String {
    MEMBER.replace("NUMBER", &number.to_string())
}

fn group(content: &str) -> String {
    format!("<md:EntitiesDescriptor>{content}</md:EntitiesDescriptor>")
}

fn federation(content: &str) -> String {
    format!("<md:EntitiesDescriptor xmlns:md='{MD}' ID='_f'>{content}</md:EntitiesDescriptor>")
}

/// Elements that each declare a prefix of their own.
fn prefixes(count: usize) -> String {
    let declared: String = (0..count).map(|n| format!("<p{n}:x xmlns:p{n}='urn:x'/>")).collect();
    format!("<md:Extensions>{declared}</md:Extensions>")
}

/// Octets of a signed aggregate, and the steps that reading it takes.
fn cost(content: &str, wanted: &[EntityId]) -> (usize, usize) {
    let limits = Limits { octets: 64 * 1024 * 1024, nodes: 2_000_000, ..Limits::AGGREGATE };
    let xml = signed(&federation(content));
    let store = EntitiesInMemory::of(wanted.iter().cloned());
    let (read, steps) = steps_of(|| read_with(&xml, 8192, &limits, store));
    read.unwrap();
    (xml.len(), steps)
}

/// Each shape at two sizes: four times as much costs no more than four times as much, and a tenth for what no size has.
#[test]
fn reading_an_aggregate_costs_what_its_length_costs() {
    let groups = |count: usize, inside: &dyn Fn(usize) -> String| -> String {
        (0..count).map(|n| group(&(inside(n) + &member(n)))).collect()
    };
    let shapes: [(&str, &dyn Fn(usize) -> String); 7] = [
        ("entities", &|n| (0..n).map(member).collect()),
        ("groups", &|n| groups(n, &|_| String::new())),
        ("prefixes that have ended, then groups", &|n| prefixes(3 * n) + &groups(n, &|_| String::new())),
        ("prefixes that have ended, then entities that are wanted", &|n| {
            prefixes(3 * n) + &(0..n).map(member).collect::<String>()
        }),
        ("groups with prefixes of their own", &|n| groups(n, &|_| prefixes(4))),
        ("groups in groups, under prefixes that are in force", &|n| {
            let declared: String = (0..60).map(|p| format!(" xmlns:p{p}='urn:{p}' p{p}:a=''")).collect();
            let inner = groups(n, &|_| String::new());
            (0..30).fold(inner, |inner, depth| {
                let declared =
                    declared.replace(":p", &format!(":p{depth}-")).replace(" p", &format!(" p{depth}-"));
                format!("<md:EntitiesDescriptor{declared}>{inner}</md:EntitiesDescriptor>")
            })
        }),
        ("groups that say how long they hold", &|n| {
            groups(n, &|_| String::new())
                .replace("<md:EntitiesDescriptor", "<md:EntitiesDescriptor cacheDuration='PT1H'")
        }),
    ];
    for (shape, content) in shapes {
        let wanted: Vec<EntityId> = if shape.contains("wanted") {
            (0..4000).map(|n| name(&format!("urn:{n}"))).collect()
        } else {
            Vec::new()
        };
        let measure = |n| cost(&content(n), &wanted);
        let ((octets, steps), (more_octets, more_steps)) = (measure(300), measure(1200));
        let said = format!("{shape}: {steps} steps for {octets} octets, {more_steps} for {more_octets}");
        assert!(10 * more_steps * octets < 11 * steps * more_octets, "{said}");
        assert!(more_steps < 20 * more_octets, "{said}");
    }
}

/// What would be copied for each entity is bounded; real ones have 19 at most.
#[test]
fn an_entity_under_too_many_prefixes_is_refused_where_it_is_wanted() {
    let under = |levels: usize| {
        let content = (0..levels).fold(member(0), |inner, depth| {
            let declared: String =
                (0..60).map(|p| format!(" xmlns:p{depth}-{p}='urn:{p}' p{depth}-{p}:a=''")).collect();
            format!("<md:EntitiesDescriptor{declared}>{inner}</md:EntitiesDescriptor>")
        });
        signed(&federation(&content))
    };
    let outcome = |levels: usize, wanted: &[EntityId]| {
        let store = EntitiesInMemory::of(wanted.iter().cloned());
        read_with(&under(levels), 8192, &Limits::AGGREGATE, store).map(drop).map_err(|error| {
            let said = error.found().unwrap_or_default();
            (error.code().as_str(), said)
        })
    };
    let wanted = [name("urn:0")];
    assert_eq!(outcome(4, &wanted), Ok(()));
    let refused = Err(("c14n.too_many_prefixes_in_force", "303 prefixes".to_owned()));
    assert_eq!(outcome(5, &wanted), refused);
    assert_eq!(outcome(5, &[]), Ok(()));
}
