"""ruby-saml (SAML-Toolkits), the library behind GitLab, Discourse and most Rails applications: a service provider.

Its pretty-printed signed metadata (`generate(settings, true)`) breaks its own signature; the plain form is used here.
"""

from driver.peer import LibraryPeer, ServiceProvider


class Sp(LibraryPeer, ServiceProvider):
    product = "ruby-saml 1.13.0"

    def command(self):
        return ["ruby", self.folder / "sp.rb"]
