<?php
// Two pages of an application that uses SimpleSAMLphp; every other path is SimpleSAMLphp's own.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (!in_array($path, ['/login', '/session', '/after'], true)) {
    return false;
}
require '/usr/share/simplesamlphp/lib/_autoload.php';
$folder = dirname(getenv('SIMPLESAMLPHP_CONFIG_DIR'));
$case = json_decode(file_get_contents("$folder/case.json"), true);
$source = new SimpleSAML\Auth\Simple('sp');

if ($path === '/login') {
    preg_match('/entityID="([^"]*)"/', file_get_contents("$folder/partner.xml"), $partner);
    $source->login([
        'saml:idp' => $partner[1],
        'ReturnTo' => "http://{$_SERVER['HTTP_HOST']}/after",
        'isPassive' => $case['passive'],
        'ForceAuthn' => $case['force'],
    ] + ($case['authn_context'] ? ['saml:AuthnContextClassRef' => $case['authn_context']] : []));
}

header('Content-Type: application/json');
echo json_encode($source->isAuthenticated() ? [
    'name_id' => $source->getAuthData('saml:sp:NameID')->getValue(),
    'format' => $source->getAuthData('saml:sp:NameID')->getFormat(),
    'attributes' => $source->getAttributes(),
    'authn_context' => $source->getAuthData('saml:sp:AuthnContext'),
] : null);
