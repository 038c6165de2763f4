import zipfile,re
z=zipfile.ZipFile('/work/shared/files/docx/handbook-872p.docx')
d=z.read('word/document.xml').decode()
i=d.find('PURPOSE</w:t>'); print(d[i-700:i+900])
