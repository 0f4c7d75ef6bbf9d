"""A SAML message as it passes through the browser: decode it, look at it, damage it."""

import base64
import re
import urllib.parse
import zlib
from dataclasses import dataclass, replace

import lxml.etree as etree

NAMESPACES = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}


def values(xml, xpath):
    """Every text or attribute value that `xpath` selects."""
    return [str(value).strip() for value in etree.fromstring(xml).xpath(xpath, namespaces=NAMESPACES)]


@dataclass(frozen=True)
class Message:
    """One SAML message on its way, with everything that is needed to send it again, changed or not."""

    binding: str  # "redirect" or "post"
    parameter: str  # "SAMLRequest" or "SAMLResponse"
    destination: str  # the URL without its query
    fields: dict  # all fields of the query or form, in their order
    xml: bytes
    query: str = ""  # as it was sent: what a Redirect signature covers

    @classmethod
    def seen(cls, method, url, form):
        """The message that this HTTP request carries, or None."""
        address = urllib.parse.urlsplit(url)
        fields = form if method == "POST" else dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
        for parameter in ("SAMLRequest", "SAMLResponse"):
            if parameter in (fields or {}):
                octets = base64.b64decode(fields[parameter])
                if method == "POST":
                    clear = octets.lstrip().startswith(b"<")  # one product DEFLATEs here too, against the binding
                    xml = octets if clear else zlib.decompress(octets, -15)
                    return cls("post", parameter, url, dict(fields), xml)
                destination = address._replace(query="").geturl()
                return cls("redirect", parameter, destination, fields, zlib.decompress(octets, -15), address.query)
        return None

    @property
    def kind(self):
        return etree.QName(etree.fromstring(self.xml)).localname

    def values(self, xpath):
        return values(self.xml, xpath)

    @property
    def signed(self):
        """Whether the message itself is signed, in the way of its binding."""
        return "Signature" in self.fields or bool(self.values("/*/ds:Signature/ds:SignatureValue/text()"))

    @property
    def assertion_signed(self):
        return bool(self.values("//saml:Assertion/ds:Signature/ds:SignatureValue/text()"))

    @property
    def status(self):
        """The innermost status code, without its common prefix."""
        codes = self.values("//samlp:StatusCode/@Value")
        return codes[-1].rpartition(":")[2] if codes else None

    def unsigned(self):
        """The same message without a signature over its query, if it has one."""
        fields = {name: value for name, value in self.fields.items() if name not in ("SigAlg", "Signature")}
        return replace(self, fields=fields)

    def carrying(self, xml):
        """The same message with other content, all else left as it is."""
        octets = xml
        if self.binding == "redirect":
            deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
            octets = deflate.compress(xml) + deflate.flush()
        return replace(self, xml=xml, fields={**self.fields, self.parameter: base64.b64encode(octets).decode()})

    def request(self):
        """The HTTP request that sends it: method, URL, form."""
        if self.binding == "post":
            return "POST", self.destination, self.fields
        return "GET", self.destination + "?" + urllib.parse.urlencode(self.fields), None


def with_other_name_id(response):
    """The response as a thief would want it: one character of the NameID is another, every signature left alone."""

    def other(found):
        return found[1] + (b"b" if found[2] == b"a" else b"a")

    xml, count = re.subn(rb"(<(?:\w+:)?NameID\b[^>]*>\s*)([^<\s])", other, response.xml, count=1)
    if not count:
        raise ValueError("the response has no NameID in clear to tamper with")
    return response.carrying(xml)


def with_other_id(request):
    """The request under another ID, every signature left alone."""
    return request.carrying(re.sub(rb"(\bID=[\"']_?.)", rb"\1x", request.xml, count=1))


def issued_by(request, issuer):
    """The request as if another service provider had sent it: that issuer, and no signature."""
    xml = re.sub(rb"(<(?:\w+:)?Issuer\b[^>]*>)[^<]*", lambda found: found[1] + issuer.encode(), request.xml, count=1)
    return request.unsigned().carrying(re.sub(rb"<((?:\w+:)?)Signature\b.*?</\1Signature>", b"", xml, flags=re.DOTALL))


def metadata_without_signature(metadata):
    return re.sub(rb"<((?:\w+:)?)Signature\b.*?</\1Signature>", b"", metadata, flags=re.DOTALL)


def metadata_with_certificate(metadata, certificate):
    """The metadata with every certificate replaced."""
    return re.sub(
        rb"(<(?:\w+:)?X509Certificate\b[^>]*>)[^<]*",
        lambda found: found[1] + certificate.encode(),
        metadata_without_signature(metadata),
    )


def metadata_without_extensions(metadata):
    """The metadata as of an entity that says nothing about the algorithms that it can verify."""
    return re.sub(
        rb"<((?:\w+:)?)Extensions\b.*?</\1Extensions>", b"", metadata_without_signature(metadata), flags=re.DOTALL
    )


def metadata_of(metadata, entity_id):
    """The metadata as another entity's that shares the endpoints, and signs no requests."""
    metadata = metadata_without_signature(metadata)
    for name, value in ((b"entityID", entity_id.encode()), (b"AuthnRequestsSigned", b"false")):
        metadata = re.sub(rb"\b" + name + rb"""=("[^"]*"|'[^']*')""", name + b'="' + value + b'"', metadata)
    return metadata


def metadata_offering(metadata, binding):
    """The metadata with single sign-on by that binding only, for products that take what is offered."""
    kept = {"redirect": b":HTTP-Redirect", "post": b":HTTP-POST"}[binding]

    def offered(service):
        return service[0] if kept in service[0] else b""

    return re.sub(
        rb"<(?:\w+:)?SingleSignOnService\b[^>]*?(?:/>|>\s*</(?:\w+:)?SingleSignOnService>)",
        offered,
        metadata_without_signature(metadata),
    )
