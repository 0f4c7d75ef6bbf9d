//! Floor 5: what people call an entity. May import `base` and `xml`.

use super::{EntityDescriptor, Extensions, Localized, Organization, RoleDescriptor};
use crate::base::NonEmpty;
use crate::xml::{ExpandedName, KeptElement, OwnedName, XmlAttribute, XmlElement, XmlNode, names};

const UI_INFO: &str = "UIInfo";
const DISPLAY_NAME: &str = "DisplayName";
/// The language that is preferred, and that of a name which is published.
const ENGLISH: &str = "en";

impl EntityDescriptor {
    /// What people call the entity as a whole: the display name of its organisation, chosen as by
    /// [`display_name_of`](Self::display_name_of).
    #[must_use]
    pub fn display_name(&self) -> Option<String> {
        self.organization.as_ref().and_then(Organization::display_name)
    }

    /// What people call the entity in this role: the `mdui:DisplayName` of the role [MDUI §2.1.2], or else the display
    /// name of the organisation behind the role or the entity. English if there is one, or else the first; without
    /// white space around it, and with one space for each within.
    #[must_use]
    pub fn display_name_of(&self, role: &RoleDescriptor) -> Option<String> {
        let organization = role.organization.as_ref().or(self.organization.as_ref());
        role.ui_display_name().or_else(|| organization.and_then(Organization::display_name))
    }
}

impl Organization {
    fn display_name(&self) -> Option<String> {
        preferred(self.display_names.iter().map(|name| (name.lang.clone(), name.value.clone())))
    }
}

impl RoleDescriptor {
    /// Publishes what people call the entity, in English: an `mdui:UIInfo` among the role's extensions [MDUI §2.1.1].
    /// Not called twice: a role has one.
    pub fn publish_display_name(&mut self, name: &str) {
        let name = Localized { lang: ENGLISH.to_owned(), value: name.to_owned() };
        let info = element(UI_INFO, Vec::new(), vec![XmlNode::Element(display_name(name))]);
        let info = KeptElement::from(info);
        match &mut self.extensions {
            Some(Extensions(others)) => others.push(info),
            none => *none = Some(Extensions(NonEmpty::new(info))),
        }
    }

    fn ui_display_name(&self) -> Option<String> {
        let extensions = self.extensions.iter().flat_map(|extensions| extensions.0.iter());
        let is_info = |element: &&KeptElement| element.name() == ExpandedName::new(names::MDUI, UI_INFO);
        let info = extensions.into_iter().find(is_info)?.tree();
        let names =
            info.child_elements().filter(|child| child.is(ExpandedName::new(names::MDUI, DISPLAY_NAME)));
        preferred(names.map(|name| (language(name), name.text_content())))
    }
}

/// The English one of these names with their languages, or else the first.
fn preferred(names: impl Iterator<Item = (String, String)>) -> Option<String> {
    let mut first = None;
    for (lang, name) in names {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            continue;
        }
        let primary = lang.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case(ENGLISH) {
            return Some(name);
        }
        first = first.or(Some(name));
    }
    first
}

fn language(name: &XmlElement) -> String {
    let lang = ExpandedName::new(names::XML, "lang");
    let mut attributes = name.attributes.iter();
    attributes
        .find(|attribute| attribute.name.as_name() == lang)
        .map_or_else(String::new, |lang| lang.value.clone())
}

fn display_name(name: Localized) -> XmlElement {
    let lang = XmlAttribute { name: owned(names::XML, "lang"), prefix: "xml".to_owned(), value: name.lang };
    element(DISPLAY_NAME, vec![lang], vec![XmlNode::Text(name.value)])
}

fn element(local: &str, attributes: Vec<XmlAttribute>, children: Vec<XmlNode>) -> XmlElement {
    let name = owned(names::MDUI, local);
    XmlElement { name, prefix: "mdui".to_owned(), declarations: Vec::new(), attributes, children }
}

fn owned(namespace: &str, local: &str) -> OwnedName {
    OwnedName { namespace: namespace.into(), local: local.to_owned() }
}
