"""What to tell a person when an export cannot be written."""

from __future__ import annotations

import errno

_REASONS = {
    errno.ENOSPC: "disque plein ; libérez de la place et relancez",
    errno.EDQUOT: "quota de disque atteint ; libérez de la place et relancez",
    errno.EACCES: "écriture refusée ; vérifiez vos droits sur le dossier",
    errno.EPERM: "écriture refusée ; vérifiez vos droits sur le dossier",
    errno.EROFS: "disque en lecture seule ; choisissez un autre endroit",
    errno.ENOENT: "dossier introuvable ; créez-le ou vérifiez le chemin",
    errno.ENOTDIR: "le chemin passe par un fichier ; donnez un dossier",
    errno.EISDIR: "est un dossier ; donnez un nom de fichier",
    errno.ENAMETOOLONG: "nom de fichier trop long ; choisissez-en un plus court",
}


def why_not_written(error: OSError, out: str) -> str:
    """One line for a person: what could not be written, why, and what to do."""
    reason = _REASONS.get(error.errno or 0)
    return f"{out} : {reason or f'écriture impossible ({error.strerror}) ; vérifiez le dossier et la place libre'}"
