<?php
$case = json_decode(file_get_contents('@STATE@/case.json'), true);
$email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
$metadata['@BASE@/idp'] = [
    'host' => '__DEFAULT__',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.crt',
    'auth' => 'people',
    'NameIDFormat' => ['urn:oasis:names:tc:SAML:2.0:nameid-format:transient', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', $email],
    'SingleSignOnServiceBinding' => ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    'authproc' => [
        2 => ['class' => 'saml:TransientNameID'],
        3 => ['class' => 'saml:AttributeNameID', 'attribute' => 'mail', 'Format' => $email],
        4 => ['class' => 'saml:PersistentNameID', 'attribute' => 'uid'],
        90 => ['class' => 'core:AttributeMap', 'name2oid'],
    ],
    'saml20.sign.response' => $case['sign'] !== 'assertion',
    'saml20.sign.assertion' => $case['sign'] !== 'response',
    'assertion.encryption' => $case['encrypt'],
    'nameid.encryption' => $case['encrypt_name_id'],
];
