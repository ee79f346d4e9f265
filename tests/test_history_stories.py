"""Stories told in a few sentences, each for one way in which a history may go wrong."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

import anamnese
from anamnese.history.build import history
from anamnese.record import Course, History


class Story(NamedTuple):
    """The reports of one patient, and what the record must tell of them."""

    reports: tuple[str, ...]
    episodes: tuple[str, ...] = ()
    """`KIND DATE` of every episode of the first tumour, in order."""
    courses: tuple[str, ...] = ()
    """`KIND NAMES BEGIN..END LINE` of some courses, in order; absent parts are `-`."""
    tumours: int = 1


STORIES = {
    "metastases that were taken out come back as a relapse": Story(
        (
            "Homme de 60 ans. Adénocarcinome du sigmoïde avec trois métastases hépatiques découvert en janvier 2016. "
            "FOLFOX, 6 cures, de février à mai 2016. Sigmoïdectomie et hépatectomie droite le 5 juillet 2016.\n"
            "En avril 2019, le scanner met en évidence quatre nodules pulmonaires. FOLFIRI à partir du 6 mai 2019.",
        ),
        ("initial 2016-01", "relapse_distant 2019-04"),
    ),
    "a complete response held for a year is followed by a relapse": Story(
        (
            "Femme de 50 ans. Adénocarcinome du côlon avec métastases hépatiques, diagnostiqué en mars 2015. FOLFIRI "
            "de avril 2015 à octobre 2015, réponse complète en novembre 2015.\n"
            "En juin 2018, apparition de métastases pulmonaires.",
        ),
        ("initial 2015-03", "relapse_distant 2018-06"),
    ),
    "one lost within months by a progression": Story(
        (
            "Femme de 50 ans. Adénocarcinome du côlon avec métastases hépatiques, diagnostiqué en mars 2015. FOLFIRI "
            "de avril 2015 à octobre 2015, réponse complète en novembre 2015.\n"
            "En avril 2016, apparition de métastases pulmonaires.",
        ),
        ("initial 2015-03", "progression 2016-04"),
    ),
    "what newly appears in a disease that was never gone is a progression": Story(
        (
            "Homme de 72 ans. Mésothéliome épithélioïde de la plèvre droite diagnostiqué en avril 2019. Cisplatine et "
            "pémétrexed de mai à août 2019.\nEn mars 2021, apparition d'une carcinose péritonéale.",
        ),
        ("initial 2019-04", "progression 2021-03"),
    ),
    "a progression under a new treatment is another one": Story(
        (
            "Femme de 63 ans. Adénocarcinome du pancréas, métastases hépatiques, en octobre 2022. Gemcitabine depuis "
            "le 2 novembre 2022.\nProgression hépatique en avril 2023, paclitaxel hebdomadaire depuis le 24/04/2023.\n"
            "Le 07/06/2023, progression majeure des lésions hépatiques.",
        ),
        ("initial 2022-10", "progression 2023-04", "progression 2023-06-07"),
    ),
    "a lymphoma that transforms is one disease": Story(
        (
            "Femme de 66 ans. Lymphome folliculaire de grade 2 diagnostiqué en mars 2010. R-CVP, 8 cycles, de mai à "
            "novembre 2010, rémission complète en novembre 2010.\nEn décembre 2019, la biopsie met en évidence un "
            "lymphome diffus à grandes cellules B, traduisant une transformation. R-CHOP à partir du 2 janvier 2020.",
        ),
        ("initial 2010-03", "remission 2010-11", "relapse 2019-12"),
    ),
    "a leukaemia named with its fusion and without is one, and cytoreduction is no line": Story(
        (
            "HOPITAL DE LA COTE - HEMATOLOGIE\nConsultation du 5 mars 2012\nM. PRIMEVERE Jean, 44 ans\n"
            "Caryotype : t(9;22). BCR-ABL1 positif.\nConclusion : leucémie myéloïde chronique BCR-ABL1 positive.\n"
            "Hydroxyurée 2 g/j du 5 mars 2012 au 15 mars 2012.\n",
            "HOPITAL DE LA COTE - HEMATOLOGIE\nConsultation du 11/04/2018\nM. PRIMEVERE Jean, 50 ans\n"
            "Diagnostic : LMC, mars 2012\nTraitements :\n- imatinib 400 mg/j du 16/03/2012 au 06/10/2014\n"
            "- dasatinib 100 mg/j depuis le 07/10/2014\n",
        ),
        (),
        (
            "chemotherapy hydroxycarbamide 2012-03-05..2012-03-15 -",
            "targeted imatinib 2012-03-16..2014-10-06 1",
            "targeted dasatinib 2014-10-07..- 2",
        ),
    ),
    "what a tumour is called before it is examined": Story(
        (
            "HOPITAL DES PINS - Urologie\nCOMPTE RENDU OPERATOIRE\nDate : 21/06/2018\nM. MERLE Jean, 69 ans\n"
            "Intervention : néphrectomie élargie droite pour tumeur du rein droit de 8 cm.\n",
            "LABORATOIRE DES PINS\nM. MERLE Jean, 69 ans\nPrélèvement du 21/06/2018\nPièce de néphrectomie droite.\n"
            "Conclusion : carcinome rénal à cellules claires, grade 3, pT3a N0.\n",
        ),
        ("initial 2018-06-21",),
        ("surgery néphrectomie élargie 2018-06-21..2018-06-21 -",),
    ),
    "an irradiation told by its phases, by their sum, and from memory": Story(
        (
            "CENTRE DE RADIOTHERAPIE DES DUNES\nLe 29 mars 2021\nMme BRUYERE Anne, 61 ans\n"
            "Carcinome épidermoïde du canal anal T2N1M0.\n"
            "Pelvis : 45 Gy en 25 fractions du 01/02/2021 au 08/03/2021\n"
            "Boost : 14,4 Gy en 8 fractions du 09/03/2021 au 18/03/2021\n",
            "HOPITAL DES DUNES\nConsultation du 19/10/2022\nMme BRUYERE Anne, 63 ans\nHistoire : carcinome épidermoïde "
            "du canal anal en décembre 2020.\nRadiothérapie 59,4 Gy du 01/02/2021 au 18/03/2021.\n",
            "HOPITAL DES DUNES\nConsultation du 14/02/2023\nMme BRUYERE Anne, 63 ans\nHistoire : carcinome du canal "
            "anal.\nMars 2021 : radiothérapie.\n",
        ),
        (),
        ("radiotherapy - 2021-02-01..2021-03-18 -",),
    ),
    "a drug that another takes the place of": Story(
        (
            "Homme de 66 ans opéré d'un carcinome canalaire du sein droit en novembre 2015. Tamoxifène 20 mg/j depuis "
            "juillet 2016, mal toléré, relayé en mars 2017 par létrozole 2,5 mg/j.",
        ),
        (),
        ("hormone tamoxifène 2016-07..2017-03 -", "hormone létrozole 2017-03..- -"),
    ),
    "the date below a heading": Story(
        (
            "Antécédents\nMastectomie droite le 10/11/2015 pour un carcinome canalaire infiltrant du sein droit "
            "pT2N0M0. Tamoxifène de juillet 2016 à mars 2017.\n1ère rechute\nEn novembre 2018, douleurs : l'IRM "
            "montre des métastases osseuses.\n",
        ),
        ("initial 2015-11-10", "relapse_distant 2018-11"),
    ),
    "a date in a case report is none of its header": Story(
        (
            "Cas clinique\nHomme de 72 ans, ancien plombier.\nThoracoscopie le 08/04/2019 : mésothéliome épithélioïde "
            "de la plèvre droite.\nTEP-TDM 18/04/19 : épaississement pleural.\nCisplatine et pémétrexed, C1 le "
            "06/05/2019, 6 cures jusqu'au 19/08/2019.\nProgression le 17/02/2020.\nNivolumab du 09/03/2020 au "
            "28/09/2020.\nDécès le 30/10/2021.\n",
        ),
        ("initial 2019-04-08", "progression 2020-02-17"),
        (
            "chemotherapy cisplatine+pémétrexed 2019-05-06..2019-08-19 1",
            "immunotherapy nivolumab 2020-03-09..2020-09-28 2",
        ),
    ),
    "a plan recalled as done was carried out": Story(
        (
            "RCP DE SENOLOGIE du 06/04/2021\nMme ROSEAU Paule, 58 ans\nCarcinome canalaire infiltrant du sein droit, "
            "cT2N1M0.\nProposition : chimiothérapie néoadjuvante par docétaxel et cyclophosphamide.\n",
            "CENTRE DU SEIN\nCOMPTE-RENDU OPERATOIRE\nDate de l'intervention : 02/11/2021\nMme ROSEAU Paule, 58 ans\n"
            "Carcinome canalaire infiltrant du sein droit, chimiothérapie néoadjuvante terminée.\n"
            "Tumorectomie droite.\n",
        ),
        (),
        ("surgery tumorectomie 2021-11-02..2021-11-02 -", "chemotherapy docétaxel+cyclophosphamide -..- -"),
    ),
    "the date of an operation is not that of the courses told with it": Story(
        (
            "Homme de 68 ans. Adénocarcinome du côlon droit : hémicolectomie droite le 12/03/2018 (pT3N1M0), 12 cures "
            "de FOLFOX adjuvant jusqu'en octobre 2018.",
        ),
        (),
        (
            "surgery hémicolectomie droite 2018-03-12..2018-03-12 -",
            "chemotherapy FOLFOX -..2018-10 -",
        ),
    ),
    "a melanoma that reports name by its type or not, and its relapse in transit": Story(
        (
            "LABORATOIRE DES SALINES\nMme CORAIL Ines, 40 ans\nPrélèvement : 02/12/2019\nExérèse du dos.\n"
            "Mélanome à extension superficielle du dos, Breslow 2,8 mm, pT3b.\n",
            "CHU DES SALINES\nConsultation du 06/04/2023\nMme CORAIL Ines, 43 ans\n"
            "Rappels : mélanome dorsal en 12/2019.\n"
            "Rechute 05/2022 : métastase en transit -> exérèse le 14/06/2022.\n"
            "09/2022 : métastases hépatiques.\n",
        ),
        ("initial 2019-12-02", "relapse_regional 2022-05", "relapse_distant 2022-09"),
    ),
    "the date behind a heading that stands by itself": Story(
        (
            "Homme de 57 ans. Cholangiocarcinome intra-hépatique opéré le 27/05/2019 par hépatectomie gauche. "
            "Capécitabine adjuvante, 8 cures, de juillet 2019 à janvier 2020.\n"
            "Première récidive. En octobre 2020, l'IRM montre trois lésions du foie. Gemcitabine-cisplatine depuis le "
            "12 octobre 2020 ; après 8 cures (avril 2021), progression hépatique.",
        ),
        ("initial 2019-05-27", "relapse 2020-10", "progression 2021-04"),
    ),
    "what was to begin long before the last news was given": Story(
        (
            "Femme de 64 ans. Carcinome médullaire de la thyroïde avec métastases hépatiques en 2013. La progression "
            "de février 2021 conduit à introduire le selpercatinib le 15 mars 2021. Le 8 novembre 2022, réponse "
            "partielle.",
        ),
        (),
        ("targeted selpercatinib 2021-03-15..- 1",),
    ),
    "a glioma told again at a higher grade has progressed": Story(
        (
            "NEUROCHIRURGIE DES HAUTS\nHospitalisation du 10/10/2016 au 17/10/2016\nM. HETRE Simon, 39 ans\n"
            "Exérèse frontale gauche le 11/10/2016 : oligodendrogliome grade II.\n",
            "RCP DES HAUTS du 16/04/2021\nM. HETRE Simon, 44 ans\nReprise chirurgicale le 12/04/2021 : "
            "oligodendrogliome anaplasique grade III.\nDécision : PCV, 6 cycles.\n",
            "CONSULTATION DES HAUTS du 08/11/2022\nM. HETRE Simon, 45 ans\n"
            "PCV : 5 cycles du 02/08/2021 au 20/05/2022.\n",
        ),
        ("initial 2016-10-11", "progression 2021-04-12"),
        ("chemotherapy PCV 2021-08-02..2022-05-20 1",),
    ),
    "instillations of the bladder are no line": Story(
        (
            "Homme de 63 ans. Carcinome urothélial de la vessie réséqué en mai 2009. En février 2014, récidive "
            "superficielle, BCG 6 instillations de mars à mai 2014. Métastases pulmonaires en janvier 2018, "
            "gemcitabine-cisplatine de février à juin 2018.",
        ),
        (),
        (
            "immunotherapy bacille de calmette-guérin 2014-03..2014-05 -",
            "chemotherapy gemcitabine+cisplatine 2018-02..2018-06 1",
        ),
    ),
    "benign tumours met by chance are none of the record": Story(
        (
            "RCP DIGESTIVE DES HAUTS du 14/03/2022\nMme ORME Lise, 61 ans\n"
            "Adénocarcinome du côlon droit, coloscopie du 02/03/2022. Scanner du 08/03/2022 : deux angiomes "
            "hépatiques, angiomyolipome du rein gauche de 12 mm. Hémicolectomie droite le 21/03/2022.\n",
        ),
        ("initial 2022-03-02",),
        ("surgery hémicolectomie droite 2022-03-21..2022-03-21 -",),
    ),
    "one that was operated on is": Story(
        (
            "Femme de 61 ans. Adénocarcinome du côlon droit diagnostiqué en mars 2022, hémicolectomie droite le 21 "
            "mars 2022.\nExérèse d'un lipome du dos le 4 mai 2023.",
        ),
        tumours=2,
    ),
    "an operation that another report recalls without its name is one": Story(
        (
            "COMPTE RENDU D'ANATOMIE PATHOLOGIQUE\nMme ORME Lise, 61 ans\nPrélevé le 21/03/2022\nReçu le 22/03/2022\n"
            "Pièce d'hémicolectomie droite : adénocarcinome lieberkühnien, pT3N0, R0.\n",
            "CONSULTATION D'ONCOLOGIE du 14/06/2023\nMme ORME Lise, 62 ans\nService des Hauts\nDr Frêne\n"
            "Adénocarcinome du côlon droit opéré en 2022. Scanner normal.\n",
        ),
        (),
        ("surgery hémicolectomie droite 2022-03-21..2022-03-21 -",),
    ),
    "the list of the lines goes before a letter that recalls one of them": Story(
        (
            "RCP DES HAUTS du 09/09/2023\nM. TREMBLE Luc, 70 ans\nDossier n° 7\nDr Frêne\n"
            "Adénocarcinome du pancréas métastatique au foie, diagnostic 02/2021.\n"
            "L1 FOLFIRINOX 03/2021 -> 11/2021\nL2 gemcitabine 05/2022 -> 08/2022\n",
            "CONSULTATION DES HAUTS du 23/09/2023\nM. TREMBLE Luc, 70 ans\nService du Pr Charme\nDr Frêne\n"
            "Progression en avril 2022 : gemcitabine jusqu'en août 2022.\n",
        ),
        (),
        ("chemotherapy FOLFIRINOX 2021-03..2021-11 1", "chemotherapy gemcitabine 2022-05..2022-08 2"),
    ),
    "a plan that another report tells of in part is carried out": Story(
        (
            "RCP DES HAUTS du 09/09/2023\nM. TREMBLE Luc, 70 ans\nDossier n° 7\nDr Frêne\n"
            "Leucémie lymphoïde chronique, diagnostic en mai 2021.\nProposition : vénétoclax-rituximab, début prévu le "
            "25/09/2023.\n",
            "CONSULTATION DES HAUTS du 02/10/2023\nM. TREMBLE Luc, 70 ans\nService du Pr Charme\nDr Frêne\n"
            "Vénétoclax débuté le 25/09/2023, bien toléré.\n",
        ),
        (),
        ("targeted vénétoclax+rituximab 2023-09-25..- 1",),
    ),
    "a course told by its end does not begin where something before it was done": Story(
        ("TEP du 24/05/2022 sans anomalie. Patiente suivie pour une LLC (chlorambucil jusqu'en 2021).",),
        (),
        ("chemotherapy chlorambucil -..2021 1",),
    ),
    "nodes taken out on the day of an operation are a part of it": Story(
        (
            "CONSULTATION DES HAUTS du 14/06/2023\nMme ORME Lise, 76 ans\nService du Pr Charme\nDr Frêne\n"
            "Carcinome épidermoïde de la vulve diagnostiqué en janvier 2022. Carcinome canalaire infiltrant du sein "
            "gauche en 2009, tumorectomie en 2009.\nVulvectomie partielle et ganglion sentinelle le 14/02/2022.\n",
        ),
        (),
        ("surgery tumorectomie 2009..2009 -",),
        tumours=2,
    ),
    "what a later report plans is not what was done long before": Story(
        (
            "CONSULTATION DES HAUTS du 14/06/2016\nMme ORME Lise, 66 ans\nService du Pr Charme\nDr Frêne\n"
            "Carcinome canalaire infiltrant du sein gauche diagnostiqué en 2015. Tumorectomie en 2015 et radiothérapie "
            "en 2015.\n",
            "RCP DES HAUTS du 09/09/2023\nMme ORME Lise, 73 ans\nDossier n° 7\nDr Frêne\n"
            "Récidive locale en août 2023.\nProposition : radiothérapie pariétale 50 Gy en 25 fractions.\n",
        ),
        (),
        ("radiotherapy - 2015..- -", "radiotherapy - -..- -"),
    ),
    "a beginning that is only carried over gives way to the one told": Story(
        (
            "CONSULTATION DES HAUTS du 12/02/2020\nM. TREMBLE Luc, 30 ans\nService du Pr Charme\nDr Frêne\n"
            "Lymphome de Hodgkin diagnostiqué le 05/02/2019. Il a reçu 6 cycles d'ABVD de mars à août 2019, "
            "rémission complète.\n",
            "UNITE DE GREFFE DES HAUTS\nHospitalisation du 11/05/2020 au 04/06/2020\nM. TREMBLE Luc, 30 ans\nDr Frêne\n"
            "Lymphome de Hodgkin diagnostiqué le 05/02/2019. 6 ABVD, RC.\n",
        ),
        ("initial 2019-02-05", "remission 2019-08"),
        ("chemotherapy ABVD 2019-03..2019-08 1",),
    ),
    "what follows in one sentence of a lymphoma is of the same line": Story(
        (
            "Homme de 26 ans. Lymphome de Hodgkin diagnostiqué le 5 février 2019. Il a reçu 2 BEACOPP en mars 2019 "
            "puis 4 cycles d'ABVD d'avril à août 2019.\nRechute en janvier 2020, 3 cycles de DHAP à partir du 17 "
            "février 2020.",
        ),
        ("initial 2019-02-05", "relapse 2020-01"),
        (
            "chemotherapy BEACOPP 2019-03..- 1",
            "chemotherapy ABVD 2019-04..2019-08 -",
            "chemotherapy DHAP 2020-02-17..- 2",
        ),
    ),
    "nothing is adjuvant in a relapse of which nothing was taken out": Story(
        (
            "CONSULTATION DES HAUTS du 14/03/2023\nM. TREMBLE Luc, 70 ans\nService du Pr Charme\nDr Frêne\n"
            "Carcinome urothélial du bassinet droit opéré le 04/05/2021.\nRécidive hépatique le 11/07/2022.\n"
            "Carboplatine-gemcitabine 6 cycles (25/07/2022 - 28/11/2022).\n",
            "CONSULTATION DES HAUTS du 09/10/2023\nM. TREMBLE Luc, 71 ans\nService du Pr Charme\nDr Frêne\n"
            "Chimiothérapie adjuvante. Rechute métastatique en juillet 2022 traitée par carboplatine-gemcitabine.\n",
        ),
        (),
        ("chemotherapy carboplatine+gemcitabine 2022-07-25..2022-11-28 1",),
    ),
    "a plan recalled with some of its drugs and without a date was carried out": Story(
        (
            "RCP DES HAUTS du 18/02/2020\nM. TREMBLE Luc, 70 ans\nDossier n° 7\nDr Frêne\n"
            "Adénocarcinome de l'estomac, biopsie du 07/02/2020.\nAvis : docétaxel, oxaliplatine, 5-fluorouracile et "
            "trastuzumab 4 cycles, puis chirurgie.\n",
            "COMPTE RENDU OPERATOIRE\nDate : 23/06/2020\nM. TREMBLE Luc, 70 ans\nDr Frêne\n"
            "Adénocarcinome de l'estomac après 4 cures de docétaxel, oxaliplatine, 5-fluorouracile.\n"
            "Gastrectomie totale.\n",
        ),
        (),
        ("chemotherapy docétaxel+oxaliplatine+fluorouracile+trastuzumab -..- -",),
    ),
    "an excision that only took the sample is no operation": Story(
        (
            "Femme de 70 ans. Carcinome de Merkel de la joue gauche, biopsie-exérèse le 4 mai 2022. Reprise d'exérèse "
            "le 9 juin 2022.",
        ),
        (),
        ("surgery exérèse 2022-06-09..2022-06-09 -",),
    ),
    "a meeting about a relapse is about the progression that another report tells": Story(
        (
            "RCP DES HAUTS du 09/09/2024\nM. TREMBLE Luc, 70 ans\nMotif : rechute\nDr Frêne\n"
            "Leucémie lymphoïde chronique, diagnostic le 14/05/2019.\n",
            "CONSULTATION DES HAUTS du 23/09/2024\nM. TREMBLE Luc, 70 ans\nService du Pr Charme\nDr Frêne\n"
            "Leucémie lymphoïde chronique. Nouvelle progression en août 2024.\n",
        ),
        ("initial 2019-05-14", "progression 2024-08"),
    ),
    "what is irradiated to prevent takes no disease away: its drugs are the first line": Story(
        (
            "Homme de 70 ans. Mésothéliome épithélioïde pleural gauche diagnostiqué en mars 2018. Cisplatine et "
            "pémétrexed d'avril à août 2018. Irradiation prophylactique des trajets de drainage (21 Gy en 3 fractions) "
            "en avril 2018. Progression pleurale en mai 2019, nivolumab à partir du 3 juin 2019.",
        ),
        ("initial 2018-03", "progression 2019-05"),
        ("chemotherapy cisplatine+pémétrexed 2018-04..2018-08 1", "immunotherapy nivolumab 2019-06-03..- 2"),
    ),
    "what is irradiated for cure does": Story(
        (
            "Homme de 66 ans. Carcinome épidermoïde bronchique droit diagnostiqué en mars 2018. Cisplatine et "
            "vinorelbine d'avril à juillet 2018. Radiothérapie thoracique de 66 Gy en août 2018. Progression hépatique "
            "en mai 2019, nivolumab à partir du 3 juin 2019.",
        ),
        ("initial 2018-03", "progression 2019-05"),
        ("immunotherapy nivolumab 2019-06-03..- 1", "chemotherapy cisplatine+vinorelbine 2018-04..2018-07 -"),
    ),
    "metastases after a relapse that was not taken out are a progression": Story(
        (
            "Homme de 70 ans. Adénocarcinome prostatique Gleason 8 diagnostiqué en mai 2010. Radiothérapie prostatique "
            "76 Gy de juillet à août 2010. Rechute biochimique en octobre 2014, triptoréline. En mai 2016, la "
            "scintigraphie met en évidence de multiples métastases osseuses. Radiothérapie 8 Gy D9 le 27 mai 2016.",
        ),
        ("initial 2010-05", "relapse 2014-10", "progression 2016-05"),
    ),
    "after one that was, they are a relapse": Story(
        (
            "Homme de 70 ans. Adénocarcinome prostatique diagnostiqué en janvier 2009, prostatectomie radicale le "
            "5 mars 2009. Rechute biochimique en mai 2013, radiothérapie du lit prostatique 66 Gy en septembre 2013. "
            "En juin 2018, métastases osseuses rachidiennes.",
        ),
        ("initial 2009-01", "relapse 2013-05", "relapse_distant 2018-06"),
    ),
    "a progression that was operated on is gone too": Story(
        (
            "Homme de 60 ans. Carcinome épidermoïde du larynx diagnostiqué en mai 2015. Radiothérapie 70 Gy de juin à "
            "juillet 2015. Progression locale en octobre 2015, laryngectomie totale le 4 novembre 2015. En mars 2018, "
            "métastases pulmonaires.",
        ),
        ("initial 2015-05", "progression 2015-10", "relapse_distant 2018-03"),
    ),
    "a bladder tumour that reaches the muscle later has progressed": Story(
        (
            "Homme de 67 ans. Le 14 avril 2015, carcinome urothélial de vessie de haut grade pT1. Résection "
            "transurétrale d'octobre 2016 : stade pT2. Cystectomie le 5 décembre 2016. En mars 2019, métastases "
            "pulmonaires. Pembrolizumab à partir du 2 avril 2019.",
        ),
        ("initial 2015-04-14", "progression 2016-10", "relapse_distant 2019-03"),
        ("immunotherapy pembrolizumab 2019-04-02..- 1",),
    ),
    "one that a repeated resection finds in it has not": Story(
        (
            "Homme de 70 ans. Carcinome urothélial de vessie pT1 de haut grade réséqué le 3 mars 2014. Résection de "
            "second look le 14 avril 2014 : pT2. Cystectomie le 5 juin 2014.",
        ),
        ("initial 2014-03-03",),
    ),
    "a relapse of an ovarian tumour in the peritoneum is no distant one": Story(
        (
            "Femme de 60 ans. Carcinome séreux de bas grade de l'ovaire gauche diagnostiqué en mai 2015. Annexectomie "
            "bilatérale le 2 juin 2015. Rechute péritonéale en janvier 2018 : létrozole à partir du 5 février 2018.",
        ),
        ("initial 2015-05", "relapse 2018-01"),
        ("hormone létrozole 2018-02-05..- 1",),
    ),
    "one in the liver is": Story(
        (
            "Femme de 60 ans. Carcinome séreux de haut grade de l'ovaire gauche diagnostiqué en mai 2015. Annexectomie "
            "bilatérale le 2 juin 2015. Rechute hépatique et péritonéale en janvier 2018.",
        ),
        ("initial 2015-05", "relapse_distant 2018-01"),
    ),
    "a progression told before a relapse was treated is that relapse": Story(
        (
            "Femme de 50 ans. Carcinome canalaire du sein gauche opéré en mai 2014. Rechute hépatique le 3 mars 2018. "
            "Le 20 avril 2018, progression hépatique au scanner. Paclitaxel à partir du 2 mai 2018.",
        ),
        ("initial 2014-05", "relapse_distant 2018-03-03"),
        ("chemotherapy paclitaxel 2018-05-02..- 1",),
    ),
    "one told a month after its drugs were begun is another": Story(
        (
            "Femme de 50 ans. Carcinome canalaire du sein gauche opéré en mai 2014. Rechute hépatique le 3 mars 2018. "
            "Paclitaxel à partir du 12 mars 2018. Le 24 avril 2018, progression hépatique au scanner.",
        ),
        ("initial 2014-05", "relapse_distant 2018-03-03", "progression 2018-04-24"),
    ),
    "a drug of the same kind in the place of one that was not borne goes on with the line": Story(
        (
            "Homme de 62 ans. Adénocarcinome bronchique du lobe inférieur gauche avec métastases cérébrales en juin "
            "2019. Cisplatine et pémétrexed à partir du 2 juillet 2019. En août 2019, insuffisance rénale : "
            "carboplatine et pémétrexed à partir du 20 août 2019. Progression hépatique en janvier 2020, docétaxel à "
            "partir du 3 février 2020.",
        ),
        (),
        (
            "chemotherapy cisplatine+pémétrexed 2019-07-02..- 1",
            "chemotherapy carboplatine+pémétrexed 2019-08-20..2020-01 -",
            "chemotherapy docétaxel 2020-02-03..- 2",
        ),
    ),
    "one in the place of a drug that failed does not": Story(
        (
            "Femme de 62 ans. Carcinome canalaire du sein gauche avec métastases hépatiques en juin 2019. Paclitaxel à "
            "partir du 2 juillet 2019, échec. Docétaxel à partir du 20 novembre 2019.",
        ),
        (),
        ("chemotherapy paclitaxel 2019-07-02..- 1", "chemotherapy docétaxel 2019-11-20..- 2"),
    ),
    "a maintenance told behind its doses is no line": Story(
        (
            "Homme de 58 ans. Adénocarcinome du sigmoïde, métastases hépatiques en mars 2017. Capécitabine et "
            "oxaliplatine d'avril à octobre 2017. Bévacizumab 7,5 mg/kg toutes les 3 semaines en entretien à partir du "
            "6 novembre 2017. Progression hépatique en mai 2018, FOLFIRI à partir du 4 juin 2018.",
        ),
        (),
        (
            "chemotherapy capécitabine+oxaliplatine 2017-04..2017-10 1",
            "targeted bévacizumab 2017-11-06..2018-05 -",
            "chemotherapy FOLFIRI 2018-06-04..- 2",
        ),
    ),
    "a sample that settled nothing dates no diagnosis": Story(
        (
            "Homme de 58 ans, toux. Scanner le 3 mai 2020. Cytologie pleurale le 10 mai 2020, non concluante. "
            "Thoracoscopie le 2 juillet 2020. Le diagnostic retenu est celui de mésothéliome épithélioïde. Cisplatine "
            "et pémétrexed à partir du 1er août 2020.",
        ),
        ("initial 2020-07-02",),
    ),
    "a receptor that is negative says nothing against its sample": Story(
        (
            "Femme de 48 ans. Biopsie mammaire le 4 mai 2018 : carcinome infiltrant, RE négatif, HER2 négatif.\n"
            "Conclusion : carcinome canalaire infiltrant du sein gauche. Mastectomie le 6 juin 2018.",
        ),
        ("initial 2018-05-04",),
    ),
    "the teratoma that drugs leave is of the germ cell tumour": Story(
        (
            "Homme de 25 ans. Tumeur germinale mixte du testicule droit, orchidectomie le 4 mai 2016, métastases "
            "rétropéritonéales. BEP de mai à août 2016, 4 cycles. Curage lombo-aortique le 20 septembre 2016 : "
            "tératome mature.",
        ),
        ("initial 2016-05-04",),
    ),
    "one of the other ovary is a tumour of its own": Story(
        (
            "Femme de 25 ans. Dysgerminome de l'ovaire droit, annexectomie droite le 4 mai 2016. BEP de mai à août "
            "2016. Kyste dermoïde de l'ovaire gauche opéré le 20 septembre 2018.",
        ),
        ("initial 2016-05-04",),
        tumours=2,
    ),
    "a tumour found by the way has no metastases": Story(
        (
            "Homme de 70 ans. Carcinome urothélial de vessie pT2 diagnostiqué en mars 2014. Cystoprostatectomie le "
            "5 juin 2014 : carcinome urothélial pT2N0, et adénocarcinome prostatique Gleason 6 de découverte fortuite. "
            "En mars 2016, métastases pulmonaires. Gemcitabine et carboplatine à partir du 2 avril 2016.",
        ),
        ("initial 2014-03", "relapse_distant 2016-03"),
        ("chemotherapy gemcitabine+carboplatine 2016-04-02..- 1",),
        tumours=2,
    ),
    "drugs told between two progressions had failed by the second": Story(
        (
            "Homme de 71 ans. Carcinome à petites cellules du poumon avec métastases hépatiques diagnostiqué le "
            "11 janvier 2021. Carboplatine et étoposide à partir du 15 janvier 2021.\nProgression hépatique en "
            "décembre 2021. Topotécan oral, 2 cycles. Le 14 février 2022, nouvelle progression. Lurbinectédine à "
            "partir du 3 mars 2022.",
        ),
        ("initial 2021-01-11", "progression 2021-12", "progression 2022-02-14"),
    ),
    "without any they are one": Story(
        (
            "Homme de 71 ans. Carcinome à petites cellules du poumon avec métastases hépatiques diagnostiqué le "
            "11 janvier 2021. Carboplatine et étoposide à partir du 15 janvier 2021.\nProgression hépatique en "
            "décembre 2021. Le 14 février 2022, la progression est confirmée. Lurbinectédine à partir du 3 mars 2022.",
        ),
        ("initial 2021-01-11", "progression 2021-12"),
    ),
    "metastases that are suspected and treated are an episode": Story(
        (
            "CLINIQUE DU PORT - Oncologie\nConsultation du 08/01/2020\nM. TILLEUL Marc, 69 ans\nAdénocarcinome du "
            "sigmoïde, colectomie le 11/05/2019, pT3N1a. FOLFOX adjuvant de juin à décembre 2019.\n",
            "CLINIQUE DU PORT - Oncologie\nConsultation du 15/03/2023\nM. TILLEUL Marc, 73 ans\nAdénocarcinome du "
            "sigmoïde opéré le 11/05/2019. Scanner du 10/03/2023 : nodules pulmonaires bilatéraux évoquant des "
            "métastases. FOLFIRI-bévacizumab à débuter le 27/03/2023.\n",
        ),
        ("initial 2019-05-11", "relapse_distant 2023-03-10"),
    ),
    "those that are only suspected are none": Story(
        (
            "CLINIQUE DU PORT - Oncologie\nConsultation du 08/01/2020\nM. TILLEUL Marc, 69 ans\nAdénocarcinome du "
            "sigmoïde, colectomie le 11/05/2019, pT3N1a. FOLFOX adjuvant de juin à décembre 2019.\n",
            "CLINIQUE DU PORT - Oncologie\nConsultation du 15/03/2023\nM. TILLEUL Marc, 73 ans\nAdénocarcinome du "
            "sigmoïde opéré le 11/05/2019. Scanner du 10/03/2023 : nodules pulmonaires bilatéraux évoquant des "
            "métastases. Contrôle à 3 mois.\n",
        ),
        ("initial 2019-05-11",),
    ),
    "the range of an irradiation goes before the day of its report": Story(
        (
            "CABINET D'UROLOGIE\nLe 20/01/2018\nM. HETRE Luc, 68 ans\nProstatectomie totale le 15/10/2015 pour "
            "adénocarcinome. Récidive biologique (PSA 0,6 en janvier 2018). Adressé pour radiothérapie.\n",
            "INSTITUT DU LAC\nCompte rendu de fin d'irradiation du 30/04/2018\nM. HETRE Luc, 69 ans\nIrradiation de la "
            "loge prostatique 66 Gy en 33 fractions du 05/03/2018 au 20/04/2018.\n",
        ),
        (),
        ("radiotherapy - 2018-03-05..2018-04-20 -",),
    ),
    "a plan is of the line that it is told for": Story(
        (
            "HOPITAL DU LAC\nConsultation du 09/02/2022\nM. CEDRE Paul, 64 ans\nAdénocarcinome bronchique gauche, "
            "métastases cérébrales en février 2021. Pembrolizumab du 08/03/2021 au 24/01/2022.\nProgression au scanner "
            "du 01/02/2022. Conclusion : 2e ligne par docétaxel à débuter le 14/02/2022.\n",
        ),
        (),
        ("immunotherapy pembrolizumab 2021-03-08..2022-01-24 1", "chemotherapy docétaxel 2022-02-14..- 2"),
    ),
    "metastases are of the primary named behind them, and what is given for them too": Story(
        (
            "Homme de 70 ans. Adénocarcinome du côlon droit, colectomie droite le 10 avril 2016. Adénocarcinome "
            "prostatique, prostatectomie le 12 juin 2016. En mai 2020, récidive hépatique de son cancer du côlon. "
            "Gemcitabine à partir du 8 juin 2020.",
        ),
        ("initial 2016-04-10", "relapse_distant 2020-05"),
        ("chemotherapy gemcitabine 2020-06-08..- 1",),
        tumours=2,
    ),
    "or of that which a sample behind them proves": Story(
        (
            "Homme de 70 ans. Adénocarcinome du côlon droit, colectomie droite le 10 avril 2016. Adénocarcinome "
            "prostatique, prostatectomie le 12 juin 2016. En mai 2020, métastases hépatiques. Biopsie : adénocarcinome "
            "d'origine colique. FOLFOX à partir du 8 juin 2020.",
        ),
        ("initial 2016-04-10", "relapse_distant 2020-05"),
        ("chemotherapy FOLFOX 2020-06-08..- 1",),
        tumours=2,
    ),
    "where nothing is named they are of the last": Story(
        (
            "Homme de 70 ans. Adénocarcinome du côlon droit, colectomie droite le 10 avril 2016. Adénocarcinome "
            "prostatique, prostatectomie le 12 juin 2016. En mai 2020, métastases osseuses. Docétaxel à partir du "
            "8 juin 2020.",
        ),
        ("initial 2016-04-10",),
        (),
        tumours=2,
    ),
    "an operation that was planned and is recalled without its name was done": Story(
        (
            "HOPITAL A - ORL\nConsultation du 12/09/2018\nM. SAULE Jean, 63 ans\nLésion du plancher buccal, biopsie du "
            "03/09/2018 : carcinome épidermoïde. Pelvi-glossectomie prévue le 01/10/2018.\n",
            "HOPITAL A - Oncologie\nConsultation du 14/01/2020\nM. SAULE Jean, 65 ans\nCarcinome épidermoïde du "
            "plancher buccal opéré en octobre 2018 (pT2N0).\n",
        ),
        ("initial 2018-09-03",),
        ("surgery glossectomie 2018-10-01..2018-10-01 -",),
    ),
    "drugs that prepare the operation of a local return are no line": Story(
        (
            "Homme de 72 ans. Carcinome urothélial de la vessie pT1 de haut grade, résection le 4 mai 2015. Récidive "
            "infiltrante en juin 2018. Gemcitabine et cisplatine, 4 cycles, de juillet à septembre 2018, puis "
            "cystectomie le 22 octobre 2018. Métastases ganglionnaires et osseuses en août 2020. Pembrolizumab à "
            "partir du 7 septembre 2020.",
        ),
        ("initial 2015-05-04", "relapse 2018-06", "relapse_distant 2020-08"),
        ("immunotherapy pembrolizumab 2020-09-07..- 1",),
    ),
    "a myelomonocytic leukaemia that turns into acute leukaemia is one disease": Story(
        (
            "Homme de 75 ans. Leucémie myélomonocytaire chronique en 2014. Transformation en leucémie aiguë myéloïde "
            "en mai 2018. Azacitidine, 6 cycles, à partir du 4 juin 2018.",
        ),
        ("initial 2014", "progression 2018-05"),
    ),
    "a remission told of the year of the diagnosis has no date": Story(
        (
            "Homme de 63 ans. Carcinome épidermoïde de l'amygdale, biopsie du 20/01/2015, traité par radiothérapie en "
            "2015, en rémission.",
        ),
        ("initial 2015-01-20",),
    ),
}


def record_of(reports: Sequence[str]) -> History:
    return history([anamnese.read(text, f"story-{number}") for number, text in enumerate(reports, 1)])


def told(course: Course) -> str:
    names = "+".join(drug.name for drug in course.drugs)
    if course.regimen and not course.regimen_recognised:
        names = course.regimen
    dates = f"{course.start.value or '-'}..{course.end.value or '-'}"
    return f"{course.kind} {names or course.procedure or '-'} {dates} {course.line or '-'}"


@pytest.mark.parametrize("name", STORIES)
def test_stories(name: str) -> None:
    story = STORIES[name]
    record = record_of(story.reports)
    tumours = [tumour for tumour in record.tumours if tumour.status == "affirmed"]
    assert len(tumours) == story.tumours
    if story.episodes:
        assert tuple(f"{e.kind} {e.when.value}" for e in tumours[0].episodes) == story.episodes
    courses = [told(course) for episode in tumours[0].episodes for course in episode.courses]
    kinds = {line.split()[0] for line in story.courses}
    assert sorted(line for line in courses if line.split()[0] in kinds) == sorted(story.courses)


@pytest.mark.parametrize("name", [name for name, story in STORIES.items() if len(story.reports) > 1])
def test_stories_in_any_order(name: str) -> None:
    reports = STORIES[name].reports
    first = record_of(reports)
    cases = [anamnese.read(text, f"story-{number}") for number, text in enumerate(reports, 1)]
    assert history(cases[::-1]) == first
