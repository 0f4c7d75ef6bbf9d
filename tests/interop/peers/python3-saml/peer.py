"""python3-saml, OneLogin's Python toolkit (SAML-Toolkits): a service provider.

It validates every message against the OASIS schemas, which makes it a good schema check of ours. Requests go by
Redirect only. Its metadata carries `cacheDuration="PT604800S"`.
"""

from driver.peer import LibraryPeer, ServiceProvider


class Sp(LibraryPeer, ServiceProvider):
    product = "python3-saml 1.16.0"
    limits = {"*POST request*": "python3-saml sends its requests by Redirect only"}

    def command(self):
        return [self.run.python, self.folder / "sp.py"]
