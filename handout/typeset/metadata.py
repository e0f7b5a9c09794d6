"""Say in a PDF's metadata that it is PDF/UA-1 as well as PDF/A-2a, which WeasyPrint says of one standard alone."""

from typing import Any

# The mark of PDF/UA-1 (ISO 14289-1, 5), and what it is: PDF/A takes no property that is not its own without being told
# (ISO 19005-2, 6.6.2.3.3).
PDFUA_MARK = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def mark_pdfua(metadata: Any) -> None:
    """Add the mark of PDF/UA-1 to a stream of metadata (XMP) of WeasyPrint, and let it be read without unpacking."""
    metadata.compress = False
    end = b"</rdf:RDF>"
    metadata.stream = [part.replace(end, PDFUA_MARK + end) for part in metadata.stream]
