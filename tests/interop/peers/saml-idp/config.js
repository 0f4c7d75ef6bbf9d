// Who logs in, and which attributes are sent.
"use strict";

const user = {
  userName: "juergen@example.org",
  nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
  mail: "juergen@example.org",
  cn: 'Jürgen "Ünïcode" <&> O\'Neill',
  affiliation: "member,staff",
};

const attribute = (id, multiValue) => ({ id, displayName: id, description: id, optional: false, multiValue });
const metadata = [attribute("mail", false), attribute("cn", false), attribute("affiliation", true)];

module.exports = { user, metadata };
