<?php
// Who logs in at the identity provider, and the service provider's own settings.
$case = json_decode(file_get_contents('@STATE@/case.json'), true);
$config = [
    'people' => [
        'exampleauth:UserPass',
        'juergen:juergen' => [
            'uid' => ['juergen'],
            'mail' => ['juergen@example.org'],
            'cn' => ['Jürgen "Ünïcode" <&> O\'Neill'],
            'eduPersonAffiliation' => ['member', 'staff'],
        ],
    ],
    'sp' => [
        'saml:SP',
        'entityID' => '@BASE@/sp',
        'privatekey' => 'sp.key',
        'certificate' => 'sp.crt',
        'sign.authnrequest' => $case['sign_request'],
        'redirect.sign' => $case['sign_request'],
        'WantAssertionsSigned' => $case['sign'] !== 'response',
        'NameIDPolicy' => $case['name_id'] ? ['Format' => $case['name_id'], 'AllowCreate' => true] : false,
    ],
];
