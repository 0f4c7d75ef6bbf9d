//! The readers refuse what the schema refuses, and nothing else but unknown attributes.

use super::examples::{entities_descriptor, entity_descriptor};
use crate::assertion::tests::mutation::require_agreement;
use crate::assertion::tests::round_trip::written;
use crate::assertion::tests::source::Source;
use crate::metadata::{EntitiesDescriptor, EntityDescriptor};

#[test]
fn entity_descriptor_agrees() {
    for turn in 0..2 {
        let value = entity_descriptor(&mut Source::full(turn));
        let document = written(|writer| value.write(writer)).into_octets();
        let test = format!("entity-{turn}");
        require_agreement(
            &test,
            &document,
            700,
            |element| EntityDescriptor::read(element).map(drop),
            |_| false,
        );
    }
}

#[test]
fn entities_descriptor_agrees() {
    let value = entities_descriptor(&mut Source::any(7), 1);
    let document = written(|writer| value.write(writer)).into_octets();
    require_agreement(
        "entities",
        &document,
        400,
        |element| EntitiesDescriptor::read(element).map(drop),
        |_| false,
    );
}
