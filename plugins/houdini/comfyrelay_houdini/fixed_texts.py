"""Sections that are the same in every asset, but for the names in braces."""

from __future__ import annotations

TYPE_PROPERTIES = """\
CheckExternal := 1;
ContentsCompressionType := 1;
ForbidOutsideParms := 1;
GzipContents := 1;
LockContents := 1;
MakeDefault := 1;
ParmsFromVfl := 0;
PrefixDroppedParmLabel := 0;
PrefixDroppedParmName := 0;
SaveCachedCode := 0;
SaveIcon := 1;
SaveSpareParms := 0;
UnlockOnCreate := 0;
UseDSParms := 1;
"""

CREATE = """\
# Automatically generated script
\\set noalias = 1
#
#  Creation script for {type} operator
#

if ( "$arg1" == "" ) then
    echo This script is intended as a creation script
    exit
endif

# Node $arg1 ({full})
opexprlanguage -s hscript $arg1
opuserdata -n '___Version___' -v '' $arg1
"""

SHELF = """\
<?xml version="1.0" encoding="UTF-8"?>
<shelfDocument>
  <tool name="$HDA_DEFAULT_TOOL" label="$HDA_LABEL" icon="$HDA_ICON">
    <toolMenuContext name="viewer">
      <contextNetType>{context}</contextNetType>
    </toolMenuContext>
    <toolMenuContext name="network">
      <contextOpType>$HDA_TABLE_AND_NAME</contextOpType>
    </toolMenuContext>
    <toolSubmenu>{menu}</toolSubmenu>
    <script scriptType="python"><![CDATA[import {module}

{module}.genericTool(kwargs, '$HDA_NAME')]]></script>
  </tool>
</shelfDocument>
"""

ICON = """\
<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">
<rect x="2" y="6" width="11" height="20" rx="2" fill="#3c5a78"/>
<rect x="19" y="6" width="11" height="20" rx="2" fill="#c8823c"/>
<path d="M13 12h6M19 20h-6" stroke="#d8d8d8" stroke-width="2" fill="none"/>
<path d="M16 9l3 3-3 3M16 17l-3 3 3 3" stroke="#d8d8d8" stroke-width="2" fill="none"/>
</svg>
"""
