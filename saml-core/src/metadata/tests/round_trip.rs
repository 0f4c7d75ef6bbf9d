//! A written value is read back unchanged, and the schema accepts it.

use super::examples::{entities_descriptor, entity_descriptor};
use crate::assertion::tests::round_trip::{SIGNATURE, parsed, written};
use crate::assertion::tests::schema;
use crate::assertion::tests::source::Source;
use crate::metadata::*;

#[test]
fn reads_the_entity_that_it_wrote() {
    for mut source in Source::many() {
        let value = entity_descriptor(&mut source);
        let written = written(|writer| value.write(writer));
        assert_eq!(EntityDescriptor::read(parsed(written.octets()).root()), Ok(value));
    }
}

#[test]
fn reads_the_group_that_it_wrote() {
    for mut source in Source::many().step_by(4) {
        let value = entities_descriptor(&mut source, 2);
        let written = written(|writer| value.write(writer));
        assert_eq!(EntitiesDescriptor::read(parsed(written.octets()).root()), Ok(value));
    }
}

// NET-18.
#[test]
fn writes_what_the_schema_allows() {
    let entities = Source::many().map(|mut source| {
        let value = entity_descriptor(&mut source);
        written(|writer| value.write(writer)).into_octets()
    });
    let groups = Source::many().step_by(8).map(|mut source| {
        let value = entities_descriptor(&mut source, 2);
        written(|writer| value.write(writer)).into_octets()
    });
    schema::require_valid("metadata-written", &entities.chain(groups).collect::<Vec<_>>());
}

#[test]
fn passes_over_a_signature_in_every_slot() {
    for mut source in Source::many().step_by(4) {
        let value = entities_descriptor(&mut source, 1);
        let mut written = written(|writer| value.write(writer));
        let ids: Vec<_> = written.signature_slots().iter().map(|slot| slot.id.clone()).collect();
        for id in ids {
            written.insert_signature(&id, SIGNATURE).unwrap();
        }
        assert_eq!(EntitiesDescriptor::read(parsed(written.octets()).root()), Ok(value));
    }
}
