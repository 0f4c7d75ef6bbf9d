//! Floor 7: the fields of our own queries and forms, by their literal names. Imports nothing.

use super::parameter::is_disguised;
use super::parameters::pieces;
use super::percent;
use zeroize::Zeroizing;

/// Reads the values of `names`, in their order, from a query or from the body of a form.
///
/// Two readers of one string must not see two values. So a name counts only if it is written literally; a name that
/// would match only after decoding is refused, and so is a name that occurs twice. Values are decoded strictly: a
/// broken escape or an octet that is not UTF-8 is an error. Other names are ignored.
///
/// # Errors
/// [`FieldError`].
pub fn fields<const N: usize>(
    octets: &[u8],
    names: [&'static str; N],
) -> Result<[Option<String>; N], FieldError> {
    let values = secret_fields(octets, names)?;
    Ok(values.map(|value| value.map(|mut text| std::mem::take(&mut *text))))
}

/// As [`fields`], for forms with a password: the values are erased when they are dropped, those too that are read
/// before another field turns out to be wrong.
///
/// # Errors
/// [`FieldError`].
pub fn secret_fields<const N: usize>(
    octets: &[u8],
    names: [&'static str; N],
) -> Result<[Option<Zeroizing<String>>; N], FieldError> {
    let mut values: [Option<Zeroizing<String>>; N] = std::array::from_fn(|_| None);
    for piece in pieces(octets) {
        for (name, slot) in names.into_iter().zip(values.iter_mut()) {
            let at_fault = |fault| FieldError { name, fault };
            if piece.name == name.as_bytes() {
                let value = percent::decode(piece.value).map_err(|_| at_fault(FieldFault::Escape))?;
                let text = String::from_utf8(value).map_err(|error| {
                    drop(Zeroizing::new(error.into_bytes()));
                    at_fault(FieldFault::CharacterEncoding)
                })?;
                if slot.replace(Zeroizing::new(text)).is_some() {
                    return Err(at_fault(FieldFault::Duplicated));
                }
            } else if is_disguised(piece.name, name) {
                return Err(at_fault(FieldFault::EncodedName));
            }
        }
    }
    Ok(values)
}

/// The first of `names` that occurs literally in a query or in the body of a form. Values are not read.
#[must_use]
pub fn first_named<const N: usize>(octets: &[u8], names: [&'static str; N]) -> Option<&'static str> {
    pieces(octets).find_map(|piece| names.into_iter().find(|name| piece.name == name.as_bytes()))
}

/// A field that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {fault}")]
pub struct FieldError {
    /// Which.
    pub name: &'static str,
    /// In which way.
    pub fault: FieldFault,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    /// The field occurs more than once.
    #[error("stands there more than once")]
    Duplicated,
    /// Its name is written with escapes.
    #[error("is written with escapes in its name")]
    EncodedName,
    /// A `%` that isn't followed by two hexadecimal digits.
    #[error("has a broken escape")]
    Escape,
    /// Not UTF-8.
    #[error("is not UTF-8")]
    CharacterEncoding,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["idp", "return_to"];

    fn read(octets: &[u8]) -> Result<[Option<String>; 2], FieldFault> {
        fields(octets, NAMES).map_err(|error| error.fault)
    }

    #[test]
    fn takes_literal_names_once_and_ignores_others() {
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(read(b""), Ok([None, None]));
        assert_eq!(read(b"idp"), Ok([value(""), None]));
        assert_eq!(read(b"x=1&return_to=%2Fa+b&&=&IDP=2&idp=u%3Ax&x=2"), Ok([value("u:x"), value("/a b")]));
        assert_eq!(read(b"id%70x=a&idp[]=b&idp%20=c&+idp=d"), Ok([None, None]));
    }

    #[test]
    fn refuses_what_two_readers_would_read_in_two_ways() {
        for (octets, fault) in [
            (b"idp=a&idp=a".as_slice(), FieldFault::Duplicated),
            (b"idp=a&idp", FieldFault::Duplicated),
            (b"%69dp=a", FieldFault::EncodedName),
            (b"idp=a&id%70=b", FieldFault::EncodedName),
            (b"return%5fto=a", FieldFault::EncodedName),
            (b"idp=%", FieldFault::Escape),
            (b"idp=%zz", FieldFault::Escape),
            (b"idp=%ff", FieldFault::CharacterEncoding),
            (b"idp=\xff", FieldFault::CharacterEncoding),
            (b"idp=%c0%af", FieldFault::CharacterEncoding),
        ] {
            assert_eq!(read(octets), Err(fault), "{}", String::from_utf8_lossy(octets));
        }
        let error = fields(b"idp=a&idp=b", NAMES).unwrap_err();
        assert_eq!(error.to_string(), "idp stands there more than once");
    }

    #[test]
    fn finds_a_message_by_its_literal_name() {
        let names = ["SAMLRequest", "SAMLart"];
        assert_eq!(first_named(b"RelayState=x&SAMLart=y&SAMLRequest=z", names), Some("SAMLart"));
        assert_eq!(first_named(b"x=SAMLart&SAMLartx=1&samlart=2", names), None);
    }
}
