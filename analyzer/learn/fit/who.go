package main

import (
	"strings"
)

// whoPhrases says in several Vietnamese words who somebody is. Each is one word that weighs nothing, nor do its syllables in it.
var whoPhrases = func() []string {
	phrases := strings.Fields(`
		đồng_tính dị_tính song_tính lưỡng_tính vô_tính chuyển_giới phi_nhị_giới
		người_lớn miền_bắc miền_trung miền_nam miền_tây người_miền_bắc người_miền_trung người_miền_nam người_miền_tây khiếm_thị khiếm_thính khuyết_tật câm_điếc tự_kỷ xe_lăn cao_tuổi lớn_tuổi trung_niên cao_niên
		phụ_nữ đàn_ông đàn_bà con_trai con_gái bé_trai bé_gái nam_giới nữ_giới
		phật_giáo hồi_giáo công_giáo thiên_chúa_giáo thiên_chúa do_thái ấn_độ_giáo tin_lành cao_đài hòa_hảo hindu_giáo cơ_đốc chính_thống_giáo vô_thần
		đạo_phật đạo_hồi đạo_chúa đạo_tin đạo_tin_lành đạo_hindu đạo_do_thái đạo_cao_đài phật_tử giáo_dân tín_đồ con_chiên
		nhà_thờ thánh_thất thánh_đường chùa_chiền tu_viện linh_mục mục_sư tu_sĩ
		việt_nam hàn_quốc trung_quốc nhật_bản thái_lan hoa_kỳ ấn_độ cam_bốt cam_pu_chia cam_bu_chia mã_lai hồng_kông đài_loan triều_tiên ba_tư
		in_đô_nê_xi_a ma_lai_xi_a xin_ga_po phi_líp_pin mi_an_ma ba_lan hà_lan thụy_sĩ thụy_điển na_uy phần_lan bồ_đào_nha tây_ban_nha ả_rập châu_phi châu_á châu_âu`)
	for who := range strings.FieldsSeq(`anh mỹ pháp đức ý nga úc nhật hàn trung việt thái lào ấn hoa kinh chăm khmer khơ_me mông hmông h_mông mường tày nùng dao
		ê_đê ba_na gia_rai hàn_quốc trung_quốc nhật_bản thái_lan việt_nam ấn_độ cam_bốt da_đen da_trắng bắc nam già trẻ lớn_tuổi cao_tuổi khuyết_tật`) {
		phrases = append(phrases, "người_"+who)
	}
	for _, p := range phrases {
		if !strings.HasPrefix(p, "người_") {
			phrases = append(phrases, "người_"+p)
		}
	}
	for i, p := range phrases {
		phrases[i] = strings.ReplaceAll(p, "_", " ")
	}
	return phrases
}()

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
