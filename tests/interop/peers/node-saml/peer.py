"""node-saml, the library inside passport-saml: a service provider.

It reads no metadata: its users copy the IdP's URL and certificate by hand, and so does `sp.js`. A POST request is
DEFLATEd as if for Redirect unless `skipRequestCompression` is set.
"""

from driver.peer import LibraryPeer, Quirk, ServiceProvider


class Sp(LibraryPeer, ServiceProvider):
    product = "node-saml 5.1.0"
    quirk = Quirk("binding.deflated_post", binding="post")
    absent = {"metadata*": "node-saml reads no metadata"}
    limits = {"encrypted NameID": "node-saml opens an EncryptedID in logout requests only"}

    def command(self):
        return self.node("sp.js")
