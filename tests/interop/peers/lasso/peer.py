"""lasso, Entr'ouvert's C library, the engine of mod_auth_mellon and LemonLDAP::NG: an identity provider.

It runs in Debian's own Python, for which its binding is built. Its metadata is written by hand, as lasso has no
generator.
"""

from driver.peer import IdentityProvider, LibraryPeer


class Idp(LibraryPeer, IdentityProvider):
    product = "lasso 2.8.1"
    needs = ("aes-cbc",)
    limits = {"response signed": "lasso always signs the assertion"}

    def command(self):
        return ["/usr/bin/python3", self.folder / "idp.py"]
