# ruby-saml as a service provider: ruby sp.rb PORT FOLDER KEYS
require "json"
require "onelogin/ruby-saml"
require "securerandom"
require "webrick"

PORT, FOLDER, KEYS = ARGV
BASE = "http://127.0.0.1:#{PORT}"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
SESSIONS = Hash.new { |all, cookie| all[cookie] = {} }

def settings(this_case)
  binding = this_case["binding"] == "post" ? POST : REDIRECT
  metadata = File.read("#{FOLDER}/partner.xml", encoding: "UTF-8")
  made = OneLogin::RubySaml::IdpMetadataParser.new.parse(metadata, sso_binding: [binding])
  made.sp_entity_id = "#{BASE}/sp"
  made.assertion_consumer_service_url = "#{BASE}/acs"
  made.certificate = File.read("#{KEYS}/sp.crt")
  made.private_key = File.read("#{KEYS}/sp.key")
  made.name_identifier_format = this_case["name_id"]
  made.force_authn = this_case["force"] || nil
  made.passive = this_case["passive"] || nil
  if this_case["authn_context"]
    made.authn_context = [this_case["authn_context"]]
    made.authn_context_comparison = "exact"
  end
  made.security.merge!(
    authn_requests_signed: this_case["sign_request"],
    embed_sign: this_case["binding"] == "post",
    want_assertions_signed: this_case["sign"] != "response",
    want_assertions_encrypted: this_case["encrypt"] || this_case["encrypt_name_id"], # else it publishes no key
    digest_method: XMLSecurity::Document::SHA256,
    signature_method: XMLSecurity::Document::RSA_SHA256
  )
  made.compress_request = this_case["binding"] == "redirect"
  made
end

def login(this_case, session, answer)
  request = OneLogin::RubySaml::Authrequest.new
  session[:request] = request.uuid
  options = settings(this_case)
  if this_case["binding"] == "redirect"
    answer.set_redirect(WEBrick::HTTPStatus::Found, request.create(options, RelayState: "/after"))
  end
  message = request.create_params(options, RelayState: "/after")["SAMLRequest"]
  answer.body = <<~HTML
    <body onload="document.forms[0].submit()"><form method="post" action="#{options.idp_sso_service_url}">
    <input name="SAMLRequest" value="#{message}"><input name="RelayState" value="/after"></form></body>
  HTML
end

# The library does not show it.
def authn_context(document)
  saml = { "saml" => "urn:oasis:names:tc:SAML:2.0:assertion" }
  REXML::XPath.first(document, "//saml:AuthnContextClassRef", saml)&.text
end

def consume(this_case, session, query, answer)
  response = OneLogin::RubySaml::Response.new(
    query["SAMLResponse"].to_s,
    settings: settings(this_case),
    matches_request_id: this_case["unsolicited"] ? nil : session.delete(:request).to_s,
    allowed_clock_drift: 1
  )
  unless response.is_valid?
    answer.status = 403
    answer.body = "refused: #{response.errors.inspect}"
    return
  end
  session[:saml] = {
    name_id: response.name_id,
    format: response.name_id_format,
    attributes: response.attributes.all,
    authn_context: authn_context(response.decrypted_document || response.document)
  }
  answer.set_redirect(WEBrick::HTTPStatus::Found, "/session")
end

def respond(request, answer)
  cookie = request.cookies.find { |one| one.name == "site#{PORT}" }&.value || SecureRandom.hex
  answer.cookies << WEBrick::Cookie.new("site#{PORT}", cookie)
  answer.content_type = "text/html; charset=utf-8"
  this_case = JSON.parse(File.read("#{FOLDER}/case.json"))
  case request.path
  when "/metadata"
    answer.content_type = "application/samlmetadata+xml"
    answer.body = OneLogin::RubySaml::Metadata.new.generate(settings(this_case))
  when "/login" then login(this_case, SESSIONS[cookie], answer)
  when "/acs" then consume(this_case, SESSIONS[cookie], request.query, answer)
  when "/session"
    answer.content_type = "application/json"
    answer.body = SESSIONS[cookie][:saml].to_json
  else answer.status = 404
  end
end

server = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: PORT, AccessLog: [])
server.mount_proc("/") do |request, answer|
  respond(request, answer)
rescue WEBrick::HTTPStatus::Status
  raise
rescue StandardError => error
  answer.status = 403
  answer.body = "refused: #{error.class} #{error.message}"
end
trap("TERM") { server.shutdown }
server.start
