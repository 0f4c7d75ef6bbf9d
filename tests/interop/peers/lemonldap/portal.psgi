use Lemonldap::NG::Portal;
use Lemonldap::NG::Portal::UserDB::Demo;

# The demonstration accounts live in a package variable; ours joins them, in octets of UTF-8 as a directory would give
# them. Values with "; " are lists.
$Lemonldap::NG::Portal::UserDB::Demo::demoAccounts{juergen} = {
    uid         => 'juergen',
    mail        => 'juergen@example.org',
    cn          => q(Jürgen "Ünïcode" <&> O'Neill),
    affiliation => 'member; staff',
};

Lemonldap::NG::Portal->run({});
