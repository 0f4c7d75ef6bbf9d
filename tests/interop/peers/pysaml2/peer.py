"""pysaml2, the Python library of many university identity providers: both roles.

Quirks: it signs with RSA-SHA1 unless the algorithms stand inside `service.sp` / `service.idp`; at the top level they
are ignored. It writes prefixes such as `ns0:`. Verification and encryption go through the `xmlsec1` program.
"""

from driver.peer import IdentityProvider, LibraryPeer, Quirk, ServiceProvider


class PySaml2(LibraryPeer):
    product = "pysaml2 7.5.5"
    quirk = Quirk("signature.algorithm_refused", ("sha1",))

    def command(self):
        return [self.run.python, self.folder / f"{self.role}.py"]


class Sp(PySaml2, ServiceProvider):
    pass


class Idp(PySaml2, IdentityProvider):
    needs = ("3des-cbc",)
    limits = {"encrypted NameID": "pysaml2 does not encrypt a NameID"}
