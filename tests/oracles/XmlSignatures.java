// javax.xml.crypto as a judge of XML signatures: java XmlSignatures.java FOLDER < jobs
//
// A job is a line, its fields separated by tabs, its files in FOLDER:
//   verify  FILE KEY                                   KEY: a public key, SubjectPublicKeyInfo in DER
//   sign    FILE ID OUT KEY SIGNATURE DIGEST C14N TRANSFORM PREFIXES
//                                                      KEY: a private key, PKCS#8 in DER; TRANSFORM and PREFIXES: or -
//   digested FILE ID OUT C14N PREFIXES WITH_COMMENTS   writes the octets that would be digested for the element
// For each there is a line: valid, invalid, done, or failed and why.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.ExcC14NParameterSpec;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSOutput;

public class XmlSignatures {
    static final XMLSignatureFactory FACTORY = XMLSignatureFactory.getInstance("DOM");
    static final String SECURE = "org.jcp.xml.dsig.secureValidation";
    static Path folder;
    static PrivateKey throwaway;

    public static void main(String[] arguments) throws Exception {
        folder = Path.of(arguments[0]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] job = line.split("\t", -1);
            try {
                out.println(switch (job[0]) {
                    case "verify" -> verify(job);
                    case "sign" -> sign(job);
                    case "digested" -> digested(job);
                    default -> "failed no such job";
                });
            } catch (Exception failure) {
                out.println("failed " + failure.toString().replaceAll("\\s+", " "));
            }
        }
    }

    static Document parse(String file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        Document document = builder.parse(folder.resolve(file).toFile());
        markIds(document.getDocumentElement());
        return document;
    }

    static void markIds(Element element) {
        if (element.hasAttributeNS(null, "ID")) {
            element.setIdAttributeNS(null, "ID", true);
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element) {
                markIds((Element) child);
            }
        }
    }

    static byte[] read(String file) throws Exception {
        return Files.readAllBytes(folder.resolve(file));
    }

    static String verify(String[] job) throws Exception {
        Document document = parse(job[1]);
        byte[] octets = read(job[2]);
        PublicKey key = null;
        for (String kind : List.of("RSA", "EC", "Ed25519")) {
            try {
                key = KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(octets));
                break;
            } catch (java.security.spec.InvalidKeySpecException another) {
                continue;
            }
        }
        Node signature = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0);
        DOMValidateContext context = new DOMValidateContext(key, signature);
        context.setProperty(SECURE, Boolean.TRUE);
        return FACTORY.unmarshalXMLSignature(context).validate(context) ? "valid" : "invalid";
    }

    static C14NMethodParameterSpec parameters(String prefixes) {
        return prefixes.equals("-") ? null : new ExcC14NParameterSpec(Arrays.asList(prefixes.split(" ")));
    }

    static SignedInfo signedInfo(Reference reference, String c14n, String prefixes, String signature)
            throws Exception {
        return FACTORY.newSignedInfo(
                FACTORY.newCanonicalizationMethod(c14n, parameters(prefixes)),
                FACTORY.newSignatureMethod(signature, null),
                List.of(reference));
    }

    static String sign(String[] job) throws Exception {
        Document document = parse(job[1]);
        byte[] octets = read(job[4]);
        String kind = job[5].contains("ecdsa") ? "EC" : job[5].contains("eddsa") ? "Ed25519" : "RSA";
        PrivateKey key = KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(octets));
        List<Transform> transforms = new ArrayList<>();
        transforms.add(FACTORY.newTransform(Transform.ENVELOPED, (C14NMethodParameterSpec) null));
        if (!job[8].equals("-")) {
            transforms.add(FACTORY.newTransform(job[8], parameters(job[9])));
        }
        Reference reference = FACTORY.newReference(
                "#" + job[2], FACTORY.newDigestMethod(job[6], null), transforms, null, null);
        String prefixes = job[7].contains("exc-c14n") ? job[9] : "-";
        SignedInfo signedInfo = signedInfo(reference, job[7], prefixes, job[5]);
        Element parent = document.getElementById(job[2]);
        Node place = parent.getFirstChild();
        while (!(place instanceof Element)) {
            place = place.getNextSibling();
        }
        DOMSignContext context = new DOMSignContext(key, parent, place.getNextSibling());
        context.setDefaultNamespacePrefix("ds");
        FACTORY.newXMLSignature(signedInfo, null).sign(context);
        DOMImplementationLS serializer = (DOMImplementationLS) document.getImplementation();
        try (java.io.OutputStream file = Files.newOutputStream(folder.resolve(job[3]))) {
            LSOutput output = serializer.createLSOutput();
            output.setEncoding("UTF-8");
            output.setByteStream(file);
            serializer.createLSSerializer().write(document, output);
        }
        return "done";
    }

    // javax.xml.crypto canonicalises what it digests and nothing else: so something is signed, and the signature lost.
    static String digested(String[] job) throws Exception {
        Document document = parse(job[1]);
        if (throwaway == null) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            throwaway = generator.generateKeyPair().getPrivate();
        }
        boolean comments = job[6].equals("yes");
        String uri = comments ? "#xpointer(id('" + job[2] + "'))" : "#" + job[2];
        Reference reference = FACTORY.newReference(
                uri,
                FACTORY.newDigestMethod("http://www.w3.org/2001/04/xmlenc#sha256", null),
                List.of(FACTORY.newTransform(job[4], parameters(job[5]))),
                null,
                null);
        SignedInfo signedInfo = signedInfo(
                reference,
                "http://www.w3.org/2001/10/xml-exc-c14n#",
                "-",
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
        DOMSignContext context = new DOMSignContext(throwaway, document.getDocumentElement());
        context.setProperty("javax.xml.crypto.dsig.cacheReference", Boolean.TRUE);
        XMLSignature signature = FACTORY.newXMLSignature(signedInfo, null);
        signature.sign(context);
        Reference done = (Reference) signature.getSignedInfo().getReferences().get(0);
        Files.write(folder.resolve(job[3]), done.getDigestInputStream().readAllBytes());
        return "done";
    }
}
