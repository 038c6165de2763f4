import re
import zipfile

z = zipfile.ZipFile("/work/shared/files/docx/handbook-872p.docx")
d = z.read("word/document.xml").decode()
i = d.find(">1-1</w:t>")
print(re.sub(r' w:rsid\w*="\w*"', "", d[i - 1200 : i + 30]))
