"""A data set as a sequence of versions: plain files, of which a finished version never changes again.

```
DATASET/
  HEAD                     name of the newest version, such as 0002
  versions/0001/           manifest.csv .jsonl .parquet, version.json, and whatever documents belong to it
  versions/0002/           (plan.json, audit.json, recipes/...)
  objects/ab/abcd....jpg   every picture once, under the hash of its bytes
  tags/delivered           name and digest of a version
```
"""

from faceaug.data.versions.difference import Difference, LabelChange, difference
from faceaug.data.versions.store import Versions
from faceaug.data.versions.version import Version

__all__ = ["Difference", "LabelChange", "Version", "Versions", "difference"]
